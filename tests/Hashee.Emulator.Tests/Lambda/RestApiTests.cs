using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Hashee.Emulator.Lambda;

namespace Hashee.Emulator.Tests.Lambda;

public sealed class RestApiTests : IAsyncLifetime
{
    private readonly PlayedFunction _played = new(static options => options with { MaximumConcurrency = 1 });
    private readonly TaskCompletionSource<JsonNode> _event = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false });
    private RestApi _api = null!;
    private RestApi _binaryApi = null!;
    private string _response = """{"statusCode":200,"body":"ok"}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _api = await RestApi.StartAsync(_played.Function);
        _binaryApi = await RestApi.StartAsync(_played.Function, new BinaryMediaTypes("image/png"));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _api.DisposeAsync();
        await _binaryApi.DisposeAsync();
        await _played.DisposeAsync();
    }

    [Fact]
    public async Task A_request_becomes_an_event_in_payload_format_1()
    {
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(_api.Url, "/a%20b/c?x=1&y=%C3%A4&x=2"));
        request.Content = new StringContent("""{"text":"ä"}""", Encoding.UTF8, "application/json");
        request.Headers.Add("X-Api-Key", "00");
        request.Headers.Add("X-Forwarded-For", "10.0.0.1");
        request.Headers.Add("Cookie", "a=1; b=2");
        request.Headers.Add("User-Agent", "test/1.0");
        JsonNode received = await EventOfAsync(request);

        Assert.Null(received["version"]);
        Assert.Equal("/{proxy+}", Text(received, "resource"));
        Assert.Equal("/a%20b/c", Text(received, "path"));
        Assert.Equal("POST", Text(received, "httpMethod"));
        Assert.Equal("a b/c", Text(received["pathParameters"]!, "proxy"));
        Assert.Equal("2", Text(received["queryStringParameters"]!, "x"));
        Assert.Equal("ä", Text(received["queryStringParameters"]!, "y"));
        Assert.Equal(["1", "2"], Texts(received["multiValueQueryStringParameters"]!, "x"));
        Assert.Equal("00", Text(received["headers"]!, "X-Api-Key"));
        Assert.Equal(["00"], Texts(received["multiValueHeaders"]!, "X-Api-Key"));
        Assert.Equal("a=1; b=2", Text(received["headers"]!, "Cookie"));
        Assert.Equal("127.0.0.1", Text(received["headers"]!, "X-Forwarded-For"));
        Assert.Equal("https", Text(received["headers"]!, "X-Forwarded-Proto"));
        Assert.Matches("^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$", Text(received["headers"]!, "X-Amzn-Trace-Id"));
        Assert.Null(received["headers"]!["Content-Length"]);
        Assert.Equal("""{"text":"ä"}""", Text(received, "body"));
        Assert.False(received["isBase64Encoded"]!.GetValue<bool>());

        JsonNode context = received["requestContext"]!;
        Assert.Equal("POST", Text(context, "httpMethod"));
        Assert.Equal("/{proxy+}", Text(context, "resourcePath"));
        Assert.Equal("HTTP/1.1", Text(context, "protocol"));
        Assert.Equal("127.0.0.1", Text(context["identity"]!, "sourceIp"));
        Assert.Equal("test/1.0", Text(context["identity"]!, "userAgent"));
        long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        Assert.InRange(context["requestTimeEpoch"]!.GetValue<long>(), now - 60_000, now);
    }

    [Fact]
    public async Task What_a_request_does_not_have_is_null()
    {
        using HttpRequestMessage request = new(HttpMethod.Get, _api.Url);

        JsonObject received = (await EventOfAsync(request)).AsObject();

        string[] absent = ["body", "multiValueQueryStringParameters", "pathParameters", "queryStringParameters", "stageVariables"];
        Assert.Equal(
            absent, received.Where(static member => member.Value is null).Select(static member => member.Key).Order(StringComparer.Ordinal));
        Assert.Equal("/", Text(received, "resource"));
    }

    [Theory]
    [InlineData("image/png", true)]
    [InlineData("IMAGE/PNG; q=1", true)]
    [InlineData("image/jpeg", false)]
    [InlineData(null, false)]
    public async Task Only_a_body_of_a_binary_media_type_comes_in_base64(string? contentType, bool isBase64)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, _binaryApi.Url) { Content = new ByteArrayContent("abc"u8.ToArray()) };
        if (contentType is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        JsonNode received = await EventOfAsync(request);

        Assert.Equal(isBase64, received["isBase64Encoded"]!.GetValue<bool>());
        Assert.Equal(isBase64 ? "YWJj" : "abc", Text(received, "body"));
    }

    [Fact]
    public async Task A_response_has_the_status_headers_and_body_of_the_result()
    {
        _response = """
            {"statusCode":405,"headers":{"Allow":"POST","Content-Type":"text/plain","x-true":true,"x-both":"1"},
            "multiValueHeaders":{"Set-Cookie":["a=1","b=2"],"X-Both":["1","2"]},"body":"nö","isBase64Encoded":false}
            """;

        using HttpResponseMessage response = await GetAsync(_api);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal("POST", response.Content.Headers.Allow.Single());
        Assert.Equal("text/plain", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(["true"], response.Headers.GetValues("x-true"));
        Assert.Equal(["a=1", "b=2"], response.Headers.GetValues("Set-Cookie"));
        Assert.Equal(["1", "2"], response.Headers.GetValues("x-both"));
        Assert.Equal("nö", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Theory]
    [InlineData("{}", 200, "")]
    [InlineData("""{"body":"a"}""", 200, "a")]
    [InlineData("""{"statusCode":"201","headers":null,"multiValueHeaders":null,"body":null,"isBase64Encoded":null}""", 201, "")]
    [InlineData("""{"statusCode":204,"body":"a"}""", 204, "")]
    public async Task No_member_has_to_be_there(string result, int status, string body)
    {
        _response = result;

        using HttpResponseMessage response = await GetAsync(_api);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(body, await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("no json")]
    [InlineData("\"text\"")]
    [InlineData("""{"answer":42}""")]
    [InlineData("""{"statusCode":200,"cookies":["a=1"]}""")]
    [InlineData("""{"statusCode":99}""")]
    [InlineData("""{"statusCode":"many"}""")]
    [InlineData("""{"statusCode":"99999999999"}""")]
    [InlineData("""{"statusCode":200,"headers":{"a":"1\r\nb: 2"}}""")]
    [InlineData("""{"statusCode":200,"headers":{"a":"é"}}""")]
    [InlineData("""{"statusCode":200,"headers":{"a b":"1"}}""")]
    [InlineData("""{"statusCode":200.5}""")]
    [InlineData("""{"statusCode":200,"body":{"a":1}}""")]
    [InlineData("""{"statusCode":200,"headers":[]}""")]
    [InlineData("""{"statusCode":200,"headers":{"a":1}}""")]
    [InlineData("""{"statusCode":200,"headers":{"a":["1"]}}""")]
    [InlineData("""{"statusCode":200,"headers":{"a":null}}""")]
    [InlineData("""{"statusCode":200,"multiValueHeaders":{"a":"1"}}""")]
    [InlineData("""{"statusCode":200,"multiValueHeaders":{"a":[1]}}""")]
    [InlineData("""{"statusCode":200,"isBase64Encoded":"true"}""")]
    public async Task A_malformed_proxy_response_is_a_502(string result)
    {
        _response = result;

        using HttpResponseMessage response = await GetAsync(_api);

        await AssertErrorAsync(HttpStatusCode.BadGateway, "Internal server error", response);
    }

    [Theory]
    [InlineData("image/png, */*", "\u0001\u0002")]
    [InlineData("*/*, image/png", "AQI=")]
    [InlineData(null, "AQI=")]
    public async Task A_body_in_base64_is_decoded_for_who_asks_for_a_binary_media_type_first(string? accept, string body)
    {
        _response = """{"body":"AQI=","isBase64Encoded":true}""";

        using HttpResponseMessage response = await GetAsync(_binaryApi, accept);

        Assert.Equal(body, await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task A_body_that_is_not_the_base64_it_should_be_is_a_502()
    {
        _response = """{"body":"%","isBase64Encoded":true}""";

        using HttpResponseMessage response = await GetAsync(_binaryApi, "image/png");

        await AssertErrorAsync(HttpStatusCode.BadGateway, "Internal server error", response);
    }

    [Fact]
    public async Task Headers_that_the_gateway_sets_itself_arrive_under_another_name()
    {
        _response = """{"headers":{"WWW-Authenticate":"Bearer","Content-Length":"7","Transfer-Encoding":"chunked"},"body":"ok"}""";

        using HttpResponseMessage response = await GetAsync(_api);

        Assert.Empty(response.Headers.WwwAuthenticate);
        Assert.Equal("Bearer", response.Headers.GetValues("x-amzn-Remapped-WWW-Authenticate").Single());
        Assert.Equal("7", response.Headers.GetValues("x-amzn-Remapped-Content-Length").Single());
        Assert.Equal("ok", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task An_error_of_the_function_is_a_502_that_does_not_show_it()
    {
        Task<HttpResponseMessage> call = _http.GetAsync(_api.Url, Cancellation);
        RuntimeClient runtime = await _played.InstanceAsync();
        await runtime.FailAsync((await runtime.NextAsync(Cancellation)).RequestId, """{"errorType":"Boom","errorMessage":"inner"}""");

        using HttpResponseMessage response = await call;

        await AssertErrorAsync(HttpStatusCode.BadGateway, "Internal server error", response);
    }

    [Fact]
    public async Task What_Lambda_does_not_take_is_a_500()
    {
        Task<HttpResponseMessage> first = _http.GetAsync(_api.Url, Cancellation);
        RuntimeClient runtime = await _played.InstanceAsync();
        RuntimeClient.Event next = await runtime.NextAsync(Cancellation);

        using HttpResponseMessage throttled = await _http.GetAsync(_api.Url, Cancellation);
        using HttpResponseMessage tooLarge = await PostAsync(6 * 1_048_576);

        await AssertErrorAsync(HttpStatusCode.InternalServerError, "Internal server error", throttled);
        await AssertErrorAsync(HttpStatusCode.InternalServerError, "Internal server error", tooLarge);
        await runtime.RespondAsync(next.RequestId, "{}");
        using HttpResponseMessage response = await first;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_request_over_ten_megabytes_is_a_413()
    {
        using HttpResponseMessage response = await PostAsync((10 * 1_048_576) + 1);

        await AssertErrorAsync(HttpStatusCode.RequestEntityTooLarge, "Request Too Long", response);
        Assert.Empty(_played.Function.Instances);
    }

    [Fact]
    public async Task A_function_that_takes_longer_than_the_integration_may_is_a_504()
    {
        await using RestApi impatient = await RestApi.StartAsync(_played.Function, timeout: TimeSpan.FromMilliseconds(1));

        using HttpResponseMessage response = await _http.GetAsync(impatient.Url, Cancellation);

        await AssertErrorAsync(HttpStatusCode.GatewayTimeout, "Endpoint request timed out", response);
    }

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();

    private static IEnumerable<string> Texts(JsonNode node, string name) =>
        node[name]!.AsArray().Select(static value => value!.GetValue<string>());

    private static async Task AssertErrorAsync(HttpStatusCode status, string message, HttpResponseMessage response)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(message, Text(JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))!, "message"));
    }

    private async Task<JsonNode> EventOfAsync(HttpRequestMessage request)
    {
        Play();
        using HttpResponseMessage response = await _http.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await _event.Task;
    }

    private async Task<HttpResponseMessage> GetAsync(RestApi api, string? accept = null)
    {
        Play();
        using HttpRequestMessage request = new(HttpMethod.Get, api.Url);
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        return await _http.SendAsync(request, Cancellation);
    }

    private async Task<HttpResponseMessage> PostAsync(int length)
    {
        using ByteArrayContent content = new(Encoding.ASCII.GetBytes(new string('x', length)));
        return await _http.PostAsync(_api.Url, content, Cancellation);
    }

    private void Play() => _played.Play(body =>
    {
        _event.TrySetResult(JsonNode.Parse(body)!);
        return _response;
    });
}
