using System.Text;
using System.Text.Json.Nodes;

namespace Hashee.Lambda.Tests;

public class HttpRequestTests
{
    /// <summary>The example of the Lambda developer guide, "Function URL request payload", with its body changed.</summary>
    private const string Documented = """
        {
          "version": "2.0",
          "routeKey": "$default",
          "rawPath": "/my/path",
          "rawQueryString": "parameter1=value1&parameter1=value2&parameter2=value",
          "cookies": ["cookie1", "cookie2"],
          "headers": {"header1": "value1", "header2": "value1,value2"},
          "queryStringParameters": {"parameter1": "value1,value2", "parameter2": "value"},
          "requestContext": {
            "accountId": "123456789012", "apiId": "<urlid>", "authentication": null,
            "authorizer": {"iam": {"accessKey": "AKIA", "cognitoIdentity": null}},
            "domainName": "<url-id>.lambda-url.us-west-2.on.aws", "domainPrefix": "<url-id>",
            "http": {"method": "POST", "path": "/my/path", "protocol": "HTTP/1.1", "sourceIp": "123.123.123.123", "userAgent": "agent"},
            "requestId": "id", "routeKey": "$default", "stage": "$default", "time": "12/Mar/2020:19:03:58 +0000", "timeEpoch": 1583348638390
          },
          "body": "Hello from \"client\"!\n",
          "pathParameters": null,
          "isBase64Encoded": false,
          "stageVariables": null
        }
        """;

    private readonly HttpRequest _request = new();

    [Fact]
    public void The_documented_event_is_read()
    {
        Assert.True(TryRead(Documented));

        Assert.Equal("POST", Text(_request.Method));
        Assert.Equal("/my/path", Text(_request.Path));
        Assert.Equal("Hello from \"client\"!\n", Text(_request.Body));
        Assert.Equal("value1", Header("header1"));
        Assert.Equal("value1,value2", Header("header2"));
    }

    [Fact]
    public void Fields_may_come_in_any_order()
    {
        JsonObject turned = Turn(JsonNode.Parse(Documented)!.AsObject());

        Assert.True(TryRead(turned.ToJsonString()));

        Assert.Equal("POST", Text(_request.Method));
        Assert.Equal("Hello from \"client\"!\n", Text(_request.Body));
        Assert.Equal("value1", Header("header1"));
    }

    [Fact]
    public void A_base64_body_is_decoded_wherever_its_flag_stands()
    {
        Assert.True(TryRead("""{"isBase64Encoded":true,"body":"AP8BCg==","rawPath":"/","requestContext":{"http":{"method":"POST"}}}"""));
        Assert.Equal([0x00, 0xff, 0x01, 0x0a], _request.Body.ToArray());

        Assert.True(TryRead("""{"body":"AP8BCg==","rawPath":"/","requestContext":{"http":{"method":"POST"}},"isBase64Encoded":true}"""));
        Assert.Equal([0x00, 0xff, 0x01, 0x0a], _request.Body.ToArray());
    }

    [Theory]
    [InlineData("\"AP8B!g==\"")]
    [InlineData("\"AP8\"")]
    public void A_body_that_is_no_base64_though_it_should_be_is_refused(string body) =>
        Assert.False(TryRead(With($"\"isBase64Encoded\":true,\"body\":{body}")));

    [Theory]
    [InlineData("\"unknown\":1")]
    [InlineData("\"body\":null")]
    [InlineData("\"body\":\"\"")]
    public void A_request_may_have_no_body(string members)
    {
        Assert.True(TryRead(With(members)));
        Assert.True(_request.Body.IsEmpty);
    }

    [Theory]
    [InlineData("\\\" \\\\ \\/ \\b \\f \\n \\r \\t", "\" \\ / \b \f \n \r \t")]
    [InlineData("\\u0041\\u00e9\\u20AC\\ud83d\\ude00", "Aé€😀")]
    [InlineData("Grüße 😀", "Grüße 😀")]
    [InlineData("\\u0000", "\0")]
    [InlineData("\\\\u0041", "\\u0041")]
    public void Escapes_are_undone(string json, string expected)
    {
        Assert.True(TryRead(WithBody(json)));
        Assert.Equal(expected, Text(_request.Body));
    }

    [Theory]
    [InlineData("a\\ud83d", "a\ufffd")]
    [InlineData("\\ude00b", "\ufffdb")]
    [InlineData("\\ud83d\\ud83d\\ude00", "\ufffd😀")]
    [InlineData("\\ud83d\\u0041", "\ufffdA")]
    [InlineData("\\ud83d\\n", "\ufffd\n")]
    public void A_lone_surrogate_escape_reads_as_the_replacement_character(string json, string expected)
    {
        Assert.True(TryRead(WithBody(json)));
        Assert.Equal(expected, Text(_request.Body));
    }

    [Fact]
    public void Header_names_are_found_in_any_letter_case()
    {
        Assert.True(TryRead(WithHeaders("""{"X-Hashee-SIGNATURE":"a"}""")));
        Assert.Equal("a", Header("x-hashee-signature"));
    }

    [Fact]
    public void Header_names_are_found_behind_escapes()
    {
        Assert.True(TryRead(WithHeaders("""{"x\u002dname":"\u0061"}""")));
        Assert.Equal("a", Header("x-name"));
    }

    [Fact]
    public void A_header_that_is_not_there_is_missing()
    {
        Assert.True(TryRead(WithHeaders("""{"x-name-2":"a"}""")));
        Assert.Equal(HeaderPresence.Missing, _request.GetHeader("x-name"u8, out ReadOnlySpan<byte> value));
        Assert.True(value.IsEmpty);
    }

    [Theory]
    [InlineData("""{"x-name":"a","x-name":"a"}""")]
    [InlineData("""{"x-name":"a","other":"b","X-Name":"c"}""")]
    [InlineData("""{"x-name":"a","X-NAME":"b","X-Name":"c"}""")]
    public void A_header_that_is_there_twice_is_repeated(string headers)
    {
        Assert.True(TryRead(WithHeaders(headers)));
        Assert.Equal(HeaderPresence.Repeated, _request.GetHeader("x-name"u8, out ReadOnlySpan<byte> value));
        Assert.True(value.IsEmpty);
    }

    [Fact]
    public void An_empty_header_is_there()
    {
        Assert.True(TryRead(WithHeaders("""{"x-name":""}""")));
        Assert.Equal(HeaderPresence.Once, _request.GetHeader("x-name"u8, out _));
    }

    [Fact]
    public void Any_number_of_headers_is_kept()
    {
        Assert.True(TryRead(WithHeaders($"{{{string.Join(',', Enumerable.Range(0, 500).Select(i => $"\"x-{i}\":\"{i}\""))}}}")));
        Assert.Equal("0", Header("x-0"));
        Assert.Equal("499", Header("x-499"));
    }

    [Fact]
    public void Nothing_of_the_last_request_is_left()
    {
        Assert.True(TryRead(Documented));
        Assert.True(TryRead("""{"rawPath":"/","requestContext":{"http":{"method":"GET"}}}"""));

        Assert.Equal("GET", Text(_request.Method));
        Assert.True(_request.Body.IsEmpty);
        Assert.Equal(HeaderPresence.Missing, _request.GetHeader("header1"u8, out _));
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    public void Unknown_fields_may_be_nested_to_any_depth(string open, string close)
    {
        string deep = string.Concat(Enumerable.Repeat(open, 100_000)) + "1" + string.Concat(Enumerable.Repeat(close, 100_000));

        Assert.True(TryRead(With($"\"unknown\":{deep}")));
        Assert.True(TryRead(With("\"body\":\"\"").Replace("\"method\"", $"\"unknown\":{deep},\"method\"", StringComparison.Ordinal)));
        Assert.False(TryRead(With($"\"headers\":{deep}")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{}")]
    [InlineData("{")]
    [InlineData("{]")]
    [InlineData("not JSON")]
    [InlineData("""{"rawPath":"/","requestContext":{"http":{}}}""")]
    [InlineData("""{"rawPath":"/","requestContext":{}}""")]
    [InlineData("""{"rawPath":"/","requestContext":null}""")]
    [InlineData("""{"rawPath":"/","requestContext":{"http":[]}}""")]
    [InlineData("""{"rawPath":"/","requestContext":{"http":{"method":1}}}""")]
    [InlineData("""{"requestContext":{"http":{"method":"GET"}}}""")]
    [InlineData("""{"rawPath":null,"requestContext":{"http":{"method":"GET"}}}""")]
    [InlineData("""{"version":"1.0","rawPath":"/","requestContext":{"http":{"method":"GET"}}}""")]
    [InlineData("""{"version":2.0,"rawPath":"/","requestContext":{"http":{"method":"GET"}}}""")]
    [InlineData("""{"rawPath":"/","requestContext":{"http":{"method":"GET"}},"body":{}}""")]
    [InlineData("""{"rawPath":"/","requestContext":{"http":{"method":"GET"}},"body":1}""")]
    [InlineData("""{"rawPath":"/","requestContext":{"http":{"method":"GET"}},"headers":[]}""")]
    [InlineData("""{"rawPath":"/","requestContext":{"http":{"method":"GET"}},"headers":{"a":1}}""")]
    [InlineData("""{"rawPath":"/","requestContext":{"http":{"method":"GET"}},"isBase64Encoded":"true"}""")]
    [InlineData("""{"rawPath":"/","requestContext":{"http":{"method":"GET"}}} trailing""")]
    [InlineData("""{"rawPath":"/","requestContext":{"http":{"method":"GET"}}}{}""")]
    [InlineData("""{"Records":[{"messageId":"a"}]}""")]
    [InlineData("""{"\ud800":1,"rawPath":"/","requestContext":{"http":{"method":"GET"}}}""")]
    public void Another_shape_is_refused_without_an_exception(string payload) => Assert.False(TryRead(payload));

    [Fact]
    public void Every_truncation_is_refused_without_an_exception()
    {
        byte[] whole = Encoding.UTF8.GetBytes(Documented);

        Assert.All(Enumerable.Range(0, whole.Length - 1), length => Assert.False(_request.TryRead(whole.AsSpan(0, length))));
    }

    [Fact]
    public void Mutated_events_never_throw()
    {
        byte[] whole = Encoding.UTF8.GetBytes(Documented);
        Random random = new(20261120);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] mutated = [.. whole];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            }

            if (_request.TryRead(mutated))
            {
                Assert.False(_request.Method.IsEmpty);
                _request.GetHeader("header1"u8, out _);
            }
        }
    }

    [Fact]
    public void Reading_again_allocates_nothing()
    {
        byte[] payload = Encoding.UTF8.GetBytes(Documented);
        Assert.True(_request.TryRead(payload));

        long before = GC.GetAllocatedBytesForCurrentThread();
        bool isRead = _request.TryRead(payload);
        _request.GetHeader("header2"u8, out _);
        long after = GC.GetAllocatedBytesForCurrentThread();

        Assert.True(isRead);
        Assert.Equal(0, after - before);
    }

    private static string With(string members) =>
        $"{{{members},\"rawPath\":\"/\",\"requestContext\":{{\"http\":{{\"method\":\"POST\"}}}}}}";

    private static string WithBody(string json) => With($"\"body\":\"{json}\"");

    private static string WithHeaders(string json) => With($"\"headers\":{json}");

    private static JsonObject Turn(JsonObject node) =>
        new(node.Reverse().Select(member =>
            KeyValuePair.Create(member.Key, member.Value is JsonObject inner ? Turn(inner) : member.Value?.DeepClone())));

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);

    private bool TryRead(string payload) => _request.TryRead(Encoding.UTF8.GetBytes(payload));

    private string Header(string name)
    {
        Assert.Equal(HeaderPresence.Once, _request.GetHeader(Encoding.ASCII.GetBytes(name), out ReadOnlySpan<byte> value));
        return Text(value);
    }
}
