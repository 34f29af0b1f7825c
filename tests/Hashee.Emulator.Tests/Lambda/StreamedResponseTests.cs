using System.Net;
using System.Net.Sockets;
using System.Text;
using Hashee.Emulator.Lambda;

namespace Hashee.Emulator.Tests.Lambda;

public sealed class StreamedResponseTests : IAsyncLifetime
{
    private const string Prelude = """{"statusCode":201,"headers":{"content-type":"text/plain","x-a":"1"},"cookies":["a=1","b=2"]}""";

    private static readonly string Error = Convert.ToBase64String("""{"errorType":"Boom","errorMessage":"inner"}"""u8);

    private readonly PlayedFunction _played = new(static options => options with { MaximumConcurrency = 1, Timeout = TimeSpan.FromSeconds(60) });
    private FunctionUrl _url = null!;
    private FunctionUrl _bufferedUrl = null!;
    private HttpClient _http = null!;
    private RuntimeClient? _runtime;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _url = await FunctionUrl.StartAsync(_played.Function, InvokeMode.ResponseStream);
        _bufferedUrl = await FunctionUrl.StartAsync(_played.Function);
        _http = new HttpClient(new SocketsHttpHandler { UseCookies = false });
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _url.DisposeAsync();
        await _bufferedUrl.DisposeAsync();
        await _played.DisposeAsync();
    }

    [Fact]
    public async Task The_client_has_each_piece_before_the_function_goes_on()
    {
        Task<HttpResponseMessage> call = CallAsync();
        (RuntimeClient runtime, string requestId) = await NextAsync();
        using StreamedPost post = await StreamedPost.BeginAsync(runtime, requestId);
        await post.WritePreludeAsync(Prelude);

        using HttpResponseMessage response = await call;
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("text/plain", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("1", response.Headers.GetValues("x-a").Single());
        Assert.Equal(["a=1", "b=2"], response.Headers.GetValues("Set-Cookie"));
        await using Stream body = await response.Content.ReadAsStreamAsync(Cancellation);
        foreach (string piece in (string[])["one", "two", "three"])
        {
            await post.WriteAsync(piece);
            byte[] received = new byte[piece.Length];
            await body.ReadExactlyAsync(received, Cancellation);
            Assert.Equal(piece, Encoding.UTF8.GetString(received));
        }

        Assert.Equal(202, await post.EndAsync());
        Assert.Equal(0, await body.ReadAsync(new byte[1], Cancellation));
        Assert.Equal(InvocationOutcome.Success, (await LastAsync()).Outcome);
    }

    [Fact]
    public async Task A_prelude_may_come_in_any_pieces_with_the_body_behind_it()
    {
        Task<HttpResponseMessage> call = CallAsync();
        (RuntimeClient runtime, string requestId) = await NextAsync();
        using StreamedPost post = await StreamedPost.BeginAsync(runtime, requestId);
        foreach (char one in Prelude + new string('\0', 7))
        {
            await post.WriteAsync($"{one}");
        }

        await post.WriteAsync("\0text");
        await post.EndAsync();

        using HttpResponseMessage response = await call;
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("text", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task Without_a_prelude_the_media_type_is_the_functions_and_the_status_200()
    {
        Task<HttpResponseMessage> call = CallAsync();
        (RuntimeClient runtime, string requestId) = await NextAsync();
        using StreamedPost post = await StreamedPost.BeginAsync(runtime, requestId, "text/csv");
        await post.WriteAsync("a,b");
        await post.EndAsync();

        using HttpResponseMessage response = await call;
        Assert.Equal((HttpStatusCode.OK, "text/csv"), (response.StatusCode, response.Content.Headers.ContentType!.ToString()));
        Assert.Equal("a,b", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task A_status_that_has_no_body_gets_none()
    {
        Task<HttpResponseMessage> call = CallAsync();
        (RuntimeClient runtime, string requestId) = await NextAsync();
        using StreamedPost post = await StreamedPost.BeginAsync(runtime, requestId);
        await post.WritePreludeAsync("""{"statusCode":204}""");
        await post.WriteAsync(new byte[1_000_000]);
        Assert.Equal(202, await post.EndAsync());

        using HttpResponseMessage response = await call;
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task Error_trailers_break_the_connection_of_the_client()
    {
        (int status, Exception? broken) = await FailInTheMiddleAsync(static post => post.EndAsync(
            (StreamedPost.ErrorType, "Boom"), (StreamedPost.ErrorBody, Error)));

        Assert.Equal(202, status);
        Assert.NotNull(broken);
        Assert.Equal(InvocationOutcome.FunctionError, (await LastAsync()).Outcome);
    }

    [Fact]
    public async Task A_response_that_breaks_off_breaks_the_connection_of_the_client()
    {
        (_, Exception? broken) = await FailInTheMiddleAsync(static post =>
        {
            post.Dispose();
            return Task.FromResult(0);
        });

        Assert.NotNull(broken);
        Assert.Equal(InvocationOutcome.FunctionError, (await LastAsync()).Outcome);
    }

    [Fact]
    public async Task A_function_that_is_killed_in_the_middle_breaks_the_connection_of_the_client()
    {
        (_, Exception? broken) = await FailInTheMiddleAsync(post =>
        {
            Assert.True(_played.Function.KillInstance(Assert.Single(_played.Function.Instances).InstanceId));
            return Task.FromResult(0);
        });

        Assert.NotNull(broken);
    }

    [Fact]
    public async Task Trailers_that_were_not_declared_do_not_count()
    {
        Task<HttpResponseMessage> call = CallAsync();
        (RuntimeClient runtime, string requestId) = await NextAsync();
        using StreamedPost post = await StreamedPost.BeginAsync(runtime, requestId, trailer: "X-Other");
        await post.WritePreludeAsync(Prelude);
        await post.EndAsync((StreamedPost.ErrorType, "Boom"), (StreamedPost.ErrorBody, Error));

        using HttpResponseMessage response = await call;
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Equal(InvocationOutcome.Success, (await LastAsync()).Outcome);
    }

    [Fact]
    public async Task In_mode_BUFFERED_the_pieces_are_collected()
    {
        Task<HttpResponseMessage> call = CallAsync(_bufferedUrl);
        (RuntimeClient runtime, string requestId) = await NextAsync();
        using StreamedPost post = await StreamedPost.BeginAsync(runtime, requestId);
        await post.WritePreludeAsync(Prelude);
        await post.WriteAsync("one");
        await post.WriteAsync("two");
        Assert.False(call.IsCompleted);
        Assert.Equal(202, await post.EndAsync());

        using HttpResponseMessage response = await call;
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(["a=1", "b=2"], response.Headers.GetValues("Set-Cookie"));
        Assert.Equal(6, response.Content.Headers.ContentLength);
        Assert.Equal("onetwo", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task In_mode_BUFFERED_error_trailers_are_a_502()
    {
        Task<HttpResponseMessage> call = CallAsync(_bufferedUrl);
        (RuntimeClient runtime, string requestId) = await NextAsync();
        using StreamedPost post = await StreamedPost.BeginAsync(runtime, requestId);
        await post.WritePreludeAsync(Prelude);
        await post.EndAsync((StreamedPost.ErrorType, "Boom"), (StreamedPost.ErrorBody, Error));

        using HttpResponseMessage response = await call;
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
    }

    [Theory]
    [InlineData("Lambda-Runtime-Function-Error-Body", null, """{"errorType":"Boom","errorMessage":"inner"}""")]
    [InlineData("Lambda-Runtime-Function-Error-Body", "%", """{"errorType":"","errorMessage":""}""")]
    [InlineData("Lambda-Runtime-Function-Error-Type", "Boom", """{"errorType":"Boom","errorMessage":""}""")]
    public async Task Invoked_directly_the_payload_is_collected_or_the_error_of_the_trailers(string name, string? value, string expected)
    {
        Task<InvocationResult> good = _played.InvokeAsync("1");
        (RuntimeClient runtime, string requestId) = await NextAsync();
        using StreamedPost post = await StreamedPost.BeginAsync(runtime, requestId, "application/json");
        await post.WriteAsync("""{"a":""");
        await post.WriteAsync("1}");
        await post.EndAsync();
        Assert.Equal("""{"a":1}""", PlayedFunction.Text(await good));

        Task<InvocationResult> bad = _played.InvokeAsync("2");
        requestId = (await runtime.NextAsync(Cancellation)).RequestId;
        using StreamedPost failed = await StreamedPost.BeginAsync(runtime, requestId, "application/json");
        await failed.WriteAsync("x");
        await failed.EndAsync((name, value ?? Error));

        InvocationResult result = await bad;
        Assert.Equal((InvocationOutcome.FunctionError, expected), (result.Outcome, PlayedFunction.Text(result)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no zeros")]
    [InlineData("no json\0\0\0\0\0\0\0\0")]
    [InlineData("[]\0\0\0\0\0\0\0\0")]
    [InlineData("{\"statusCode\":99}\0\0\0\0\0\0\0\0")]
    [InlineData("{\"headers\":{\"a\":[]}}\0\0\0\0\0\0\0\0")]
    public async Task A_prelude_that_cannot_be_read_is_a_502(string start)
    {
        foreach (FunctionUrl url in (FunctionUrl[])[_url, _bufferedUrl])
        {
            Task<HttpResponseMessage> call = CallAsync(url);
            (RuntimeClient runtime, string requestId) = await NextAsync();
            using StreamedPost post = await StreamedPost.BeginAsync(runtime, requestId);
            if (start.Length > 0)
            {
                await post.WriteAsync(start);
            }

            Assert.Equal(202, await post.EndAsync());
            using HttpResponseMessage response = await call;
            Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        }
    }

    [Theory]
    [InlineData(0, HttpStatusCode.OK)]
    [InlineData(1, HttpStatusCode.BadGateway)]
    public async Task A_prelude_has_16_KB_with_its_zeros(int over, HttpStatusCode expected)
    {
        const string around = """{"headers":{"x":""}}""";
        string json = around.Insert(around.Length - 3, new string('v', (16 * 1024) - 8 - around.Length + over));
        Task<HttpResponseMessage> call = CallAsync();
        (RuntimeClient runtime, string requestId) = await NextAsync();
        using StreamedPost post = await StreamedPost.BeginAsync(runtime, requestId);
        await post.WritePreludeAsync(json);
        Assert.Equal(202, await post.EndAsync());

        using HttpResponseMessage response = await call;
        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task A_failure_before_the_first_byte_is_a_502()
    {
        Task<HttpResponseMessage> call = CallAsync();
        (RuntimeClient runtime, string requestId) = await NextAsync();
        await runtime.FailAsync(requestId, """{"errorType":"Boom","errorMessage":"inner"}""");

        using HttpResponseMessage response = await call;
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("Internal Server Error", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Theory]
    [InlineData(StreamedPost.Http)]
    [InlineData("application/octet-stream")]
    public async Task Error_trailers_before_the_first_byte_are_a_502_too(string contentType)
    {
        Task<HttpResponseMessage> call = CallAsync();
        (RuntimeClient runtime, string requestId) = await NextAsync();
        using StreamedPost post = await StreamedPost.BeginAsync(runtime, requestId, contentType);
        Assert.Equal(202, await post.EndAsync((StreamedPost.ErrorType, "Boom"), (StreamedPost.ErrorBody, Error)));

        using HttpResponseMessage response = await call;
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("Internal Server Error", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task A_response_without_a_byte_is_empty()
    {
        Task<HttpResponseMessage> call = CallAsync();
        (RuntimeClient runtime, string requestId) = await NextAsync();
        using StreamedPost post = await StreamedPost.BeginAsync(runtime, requestId, "text/csv");
        Assert.Equal(202, await post.EndAsync());

        using HttpResponseMessage response = await call;
        Assert.Equal((HttpStatusCode.OK, "text/csv"), (response.StatusCode, response.Content.Headers.ContentType!.ToString()));
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task A_response_in_one_piece_is_in_the_streaming_mode_the_body_itself()
    {
        const string result = """{"statusCode":405,"body":"no"}""";
        Task<HttpResponseMessage> call = CallAsync();
        (RuntimeClient runtime, string requestId) = await NextAsync();
        await runtime.RespondAsync(requestId, result);

        using HttpResponseMessage response = await call;
        Assert.Equal((HttpStatusCode.OK, "application/json"), (response.StatusCode, response.Content.Headers.ContentType!.ToString()));
        Assert.Equal(result, await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task An_unknown_mode_is_refused_and_fails_the_invocation()
    {
        Task<HttpResponseMessage> call = CallAsync();
        (RuntimeClient runtime, string requestId) = await NextAsync();
        using StreamedPost post = await StreamedPost.BeginAsync(runtime, requestId, mode: "Streaming");

        Assert.Equal(400, await post.ReadStatusAsync());
        using HttpResponseMessage response = await call;
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
    }

    [Fact]
    public async Task Nothing_else_can_be_posted_once_a_response_has_begun()
    {
        Task<HttpResponseMessage> call = CallAsync();
        (RuntimeClient runtime, string requestId) = await NextAsync();
        using StreamedPost post = await StreamedPost.BeginAsync(runtime, requestId);
        await post.WritePreludeAsync(Prelude);
        using HttpResponseMessage response = await call;

        Assert.Equal(HttpStatusCode.Forbidden, (await runtime.FailAsync(requestId, "{}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await runtime.RespondAsync(requestId, "{}")).Status);
        using StreamedPost second = await StreamedPost.BeginAsync(runtime, requestId);
        Assert.Equal(403, await second.EndAsync());
        await post.WriteAsync("text");
        Assert.Equal(202, await post.EndAsync());

        Assert.Equal("text", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task A_client_that_goes_away_does_not_stop_the_function_and_the_next_one_is_served()
    {
        Task<HttpResponseMessage> call = CallAsync();
        (RuntimeClient runtime, string requestId) = await NextAsync();
        using StreamedPost post = await StreamedPost.BeginAsync(runtime, requestId);
        await post.WritePreludeAsync(Prelude);
        (await call).Dispose();
        for (int i = 0; i < 100; i++)
        {
            await post.WriteAsync(new byte[256 * 1024]);
        }

        Assert.Equal(202, await post.EndAsync());
        Assert.Equal(InvocationOutcome.Success, (await LastAsync()).Outcome);

        call = CallAsync();
        requestId = (await runtime.NextAsync(Cancellation)).RequestId;
        await runtime.RespondAsync(requestId, "{}");
        using HttpResponseMessage next = await call;
        Assert.Equal("{}", await next.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task A_client_that_goes_away_before_the_first_piece_does_not_stop_the_function_either()
    {
        using TcpClient client = new();
        await client.ConnectAsync(_url.Url.Host, _url.Url.Port, Cancellation);
        await client.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), Cancellation);
        (RuntimeClient runtime, string requestId) = await NextAsync();
        client.Dispose();
        using StreamedPost post = await StreamedPost.BeginAsync(runtime, requestId);
        await post.WritePreludeAsync(Prelude);
        for (int i = 0; i < 100; i++)
        {
            await post.WriteAsync(new byte[256 * 1024]);
        }

        Assert.Equal(202, await post.EndAsync());
        Assert.Equal(InvocationOutcome.Success, (await LastAsync()).Outcome);
    }

    [Theory]
    [InlineData(200, 202)]
    [InlineData(201, 413)]
    public async Task A_response_may_have_200_MB(int megabytes, int expected)
    {
        byte[] piece = new byte[1024 * 1024];
        Task<HttpResponseMessage> call = CallAsync();
        (RuntimeClient runtime, string requestId) = await NextAsync();
        using StreamedPost post = await StreamedPost.BeginAsync(runtime, requestId, "application/octet-stream");
        Task<int> writing = Task.Run(
            async () =>
            {
                for (int i = 0; i < megabytes; i++)
                {
                    await post.WriteAsync(piece);
                }

                return await post.EndAsync();
            },
            Cancellation);

        using HttpResponseMessage response = await call;
        await using Stream body = await response.Content.ReadAsStreamAsync(Cancellation);
        byte[] buffer = new byte[256 * 1024];
        long received = 0;
        Exception? broken = await Record.ExceptionAsync(async () =>
        {
            int count;
            while ((count = await body.ReadAsync(buffer, Cancellation)) > 0)
            {
                received += count;
            }
        });

        Assert.Equal(expected, await writing);
        Assert.Equal(expected == 202, broken is null);
        Assert.True(expected == 413 || received == 200L * 1024 * 1024);
    }

    [Fact]
    public async Task A_reader_that_is_behind_holds_up_the_writer()
    {
        ResponseStream stream = new("text/plain");

        Task writing = stream.WriteAsync(new byte[64 * 1024], Cancellation).AsTask();
        Assert.False(writing.IsCompleted);
        System.IO.Pipelines.ReadResult read = await stream.Reader.ReadAsync(Cancellation);
        Assert.Equal(64 * 1024, read.Buffer.Length);
        stream.Reader.AdvanceTo(read.Buffer.End);

        await writing;
    }

    [Fact]
    public async Task A_reader_that_has_gone_holds_up_nobody()
    {
        ResponseStream stream = new("text/plain");
        Task writing = stream.WriteAsync(new byte[64 * 1024], Cancellation).AsTask();

        await stream.Reader.CompleteAsync();

        await writing;
        await stream.WriteAsync(new byte[1024 * 1024], Cancellation);
        await stream.WriteAsync(new byte[1024 * 1024], Cancellation);
    }

    private Task<HttpResponseMessage> CallAsync(FunctionUrl? url = null) =>
        _http.GetAsync((url ?? _url).Url, HttpCompletionOption.ResponseHeadersRead, Cancellation);

    private async Task<(RuntimeClient Runtime, string RequestId)> NextAsync()
    {
        _runtime ??= await _played.InstanceAsync();
        return (_runtime, (await _runtime.NextAsync(Cancellation)).RequestId);
    }

    private Task<InvocationRecord> LastAsync() => _played.Invocations.WaitAsync(static _ => true, Cancellation);

    /// <summary>Streams a piece that arrives, then fails.</summary>
    /// <returns>What the failing came to, and what the client saw behind the piece.</returns>
    private async Task<(int Status, Exception? Broken)> FailInTheMiddleAsync(Func<StreamedPost, Task<int>> fail)
    {
        Task<HttpResponseMessage> call = CallAsync();
        (RuntimeClient runtime, string requestId) = await NextAsync();
        using StreamedPost post = await StreamedPost.BeginAsync(runtime, requestId);
        await post.WritePreludeAsync(Prelude);
        await post.WriteAsync("one");
        using HttpResponseMessage response = await call;
        await using Stream body = await response.Content.ReadAsStreamAsync(Cancellation);
        byte[] received = new byte[3];
        await body.ReadExactlyAsync(received, Cancellation);
        Assert.Equal("one"u8.ToArray(), received);

        int status = await fail(post);
        return (status, await Record.ExceptionAsync(async () => Assert.Equal(0, await body.ReadAsync(received, Cancellation))));
    }
}
