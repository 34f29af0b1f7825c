using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Hashee.Emulator.Lambda;

namespace Hashee.Emulator.Tests.Lambda;

public sealed class FunctionUrlTests : IAsyncLifetime
{
    private const string Ok = """{"statusCode":200,"body":"ok"}""";

    private readonly PlayedFunction _played = new(static options => options with { MaximumConcurrency = 1 });
    private readonly TaskCompletionSource<JsonNode> _event = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FunctionUrl _url = null!;
    private HttpClient _http = null!;
    private string _response = Ok;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _url = await FunctionUrl.StartAsync(_played.Function);
        _http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = _url.Url };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _url.DisposeAsync();
        await _played.DisposeAsync();
    }

    [Fact]
    public async Task A_request_becomes_an_event_in_payload_format_2()
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/a%20b/c?x=1&y=%C3%A4&x=2");
        request.Content = new StringContent("""{"text":"ä"}""", Encoding.UTF8, "application/json");
        request.Headers.Add("X-Hashee-Signature", "00");
        request.Headers.Add("X-Repeated", ["1", "2"]);
        request.Headers.Add("Cookie", "a=1; b=2");
        request.Headers.Add("User-Agent", "test/1.0");
        JsonNode received = await EventOfAsync(request);

        Assert.Equal("2.0", Text(received, "version"));
        Assert.Equal("$default", Text(received, "routeKey"));
        Assert.Equal("/a%20b/c", Text(received, "rawPath"));
        Assert.Equal("x=1&y=%C3%A4&x=2", Text(received, "rawQueryString"));
        Assert.Equal("1,2", Text(received["queryStringParameters"]!, "x"));
        Assert.Equal("ä", Text(received["queryStringParameters"]!, "y"));
        Assert.Equal("00", Text(received["headers"]!, "x-hashee-signature"));
        Assert.Equal("1,2", Text(received["headers"]!, "x-repeated").Replace(", ", ",", StringComparison.Ordinal));
        Assert.Equal(["a=1", "b=2"], received["cookies"]!.AsArray().Select(static cookie => cookie!.GetValue<string>()));
        Assert.Null(received["headers"]!["cookie"]);
        Assert.Equal("https", Text(received["headers"]!, "x-forwarded-proto"));
        Assert.Matches("^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$", Text(received["headers"]!, "x-amzn-trace-id"));
        Assert.Equal("""{"text":"ä"}""", Text(received, "body"));
        Assert.False(received["isBase64Encoded"]!.GetValue<bool>());

        JsonNode http = received["requestContext"]!["http"]!;
        Assert.Equal("POST", Text(http, "method"));
        Assert.Equal("HTTP/1.1", Text(http, "protocol"));
        Assert.Equal("127.0.0.1", Text(http, "sourceIp"));
        Assert.Equal("test/1.0", Text(http, "userAgent"));
        long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        Assert.InRange(received["requestContext"]!["timeEpoch"]!.GetValue<long>(), now - 60_000, now);
    }

    [Theory]
    [InlineData("application/json; charset=utf-8", false)]
    [InlineData("application/problem+json", false)]
    [InlineData("text/plain", false)]
    [InlineData("application/octet-stream", true)]
    [InlineData("application/x-www-form-urlencoded", true)]
    [InlineData(null, true)]
    public async Task A_body_is_text_or_base64_by_its_content_type(string? contentType, bool isBase64)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/") { Content = new ByteArrayContent("abc"u8.ToArray()) };
        if (contentType is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        JsonNode received = await EventOfAsync(request);

        Assert.Equal(isBase64, received["isBase64Encoded"]!.GetValue<bool>());
        Assert.Equal(isBase64 ? "YWJj" : "abc", Text(received, "body"));
    }

    [Fact]
    public async Task A_text_that_is_not_utf8_comes_in_base64_byte_for_byte()
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/") { Content = new ByteArrayContent([0x61, 0xFF]) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "text/plain");

        Assert.Equal("Yf8=", Text(await EventOfAsync(request), "body"));
    }

    [Fact]
    public async Task A_request_without_a_body_has_none_in_its_event()
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/health");
        JsonNode received = await EventOfAsync(request);

        Assert.Null(received["body"]);
        Assert.False(received["isBase64Encoded"]!.GetValue<bool>());
        Assert.Equal("/health", Text(received, "rawPath"));
    }

    [Fact]
    public async Task A_response_has_the_status_headers_cookies_and_body_of_the_result()
    {
        _response = """{"statusCode":405,"headers":{"Allow":"POST","Content-Type":"text/plain"},"cookies":["a=1","b=2"],"body":"no"}""";

        using HttpResponseMessage response = await PostAsync();

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal("POST", response.Content.Headers.Allow.Single());
        Assert.Equal("text/plain", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(["a=1", "b=2"], response.Headers.GetValues("Set-Cookie"));
        Assert.Equal("no", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task A_body_in_base64_is_decoded()
    {
        _response = """{"statusCode":200,"body":"AP8=","isBase64Encoded":true}""";

        using HttpResponseMessage response = await PostAsync();

        Assert.Equal([0x00, 0xFF], await response.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task A_response_without_a_content_type_is_json()
    {
        using HttpResponseMessage response = await PostAsync();

        Assert.Equal("application/json", response.Content.Headers.ContentType!.ToString());
    }

    [Theory]
    [InlineData("""{"answer":42}""")]
    [InlineData("[1,2]")]
    public async Task A_result_without_a_status_is_the_body_itself(string result)
    {
        _response = result;

        using HttpResponseMessage response = await PostAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(result, await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Theory]
    [InlineData("no json")]
    [InlineData("""{"statusCode":"200"}""")]
    [InlineData("""{"statusCode":99}""")]
    [InlineData("""{"statusCode":200,"body":17}""")]
    [InlineData("""{"statusCode":200,"body":"%","isBase64Encoded":true}""")]
    [InlineData("""{"statusCode":200,"headers":{"a":[]}}""")]
    public async Task A_result_that_is_no_response_is_a_502(string result)
    {
        _response = result;

        using HttpResponseMessage response = await PostAsync();

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("Internal Server Error", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task An_error_of_the_function_is_a_502_that_does_not_show_it()
    {
        Task<HttpResponseMessage> call = _http.PostAsync("/", null, Cancellation);
        RuntimeClient runtime = await _played.InstanceAsync();
        RuntimeClient.Event next = await runtime.NextAsync(Cancellation);
        await runtime.FailAsync(next.RequestId, """{"errorType":"Boom","errorMessage":"inner"}""");

        using HttpResponseMessage response = await call;

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("Internal Server Error", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task A_throttled_request_is_a_429()
    {
        Task<HttpResponseMessage> first = _http.PostAsync("/", null, Cancellation);
        RuntimeClient runtime = await _played.InstanceAsync();
        RuntimeClient.Event next = await runtime.NextAsync(Cancellation);

        using HttpResponseMessage second = await _http.PostAsync("/", null, Cancellation);

        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        await runtime.RespondAsync(next.RequestId, Ok);
        using HttpResponseMessage response = await first;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData(6 * 1_048_576, "text/plain")]
    [InlineData(5 * 1_048_576, "application/octet-stream")]
    public async Task A_request_whose_event_is_over_six_megabytes_is_a_413(int length, string contentType)
    {
        using ByteArrayContent content = new(new byte[length]);
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        using HttpResponseMessage response = await _http.PostAsync("/", content, Cancellation);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Empty(_played.Function.Instances);
    }

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();

    private async Task<JsonNode> EventOfAsync(HttpRequestMessage request)
    {
        Play();
        using HttpResponseMessage response = await _http.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await _event.Task;
    }

    private Task<HttpResponseMessage> PostAsync()
    {
        Play();
        return _http.PostAsync("/", null, Cancellation);
    }

    private void Play() => _played.Play(body =>
    {
        _event.TrySetResult(JsonNode.Parse(body)!);
        return _response;
    });
}
