using System.Net;
using System.Net.Http.Headers;
using Hashee.Emulator;
using Hashee.Host.Transport;
using Hashee.Testing.Servers;

namespace Hashee.Host.Tests;

/// <summary>What a package sees that was given an HttpClient over this transport.</summary>
public sealed class HttpTransportHandlerTests : IDisposable
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    private readonly List<HttpMessage> _requests = [];
    private readonly HttpClient _client = new(new HttpTransportHandler());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Requests_and_answers_have_their_headers_and_bodies_and_share_a_connection()
    {
        using LoopbackServer server = new(Answer("HTTP/1.1 201 Created\r\nX-A: b\r\nx-a: c\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"));
        using HttpRequestMessage request = new(HttpMethod.Post, $"http://127.0.0.1:{server.Port}/a%20b?c=d#e") { Content = new StringContent("body") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "x");
        request.Headers.UserAgent.ParseAdd("a/1 b/2");

        using HttpResponseMessage response = await _client.SendAsync(request, Token);
        using HttpResponseMessage second = await _client.PostAsync(Url(server), null, Token);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(["b", "c"], response.Headers.GetValues("X-A"));
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("hello", await response.Content.ReadAsStringAsync(Token));
        Assert.Same(request, response.RequestMessage);
        Assert.Equal("POST /a%20b?c=d HTTP/1.1", _requests[0].StartLine);
        Assert.Equal("body", _requests[0].Text);
        Assert.Equal("Bearer x", _requests[0].Headers["Authorization"]);
        Assert.Equal("a/1 b/2", _requests[0].Headers["User-Agent"]);
        Assert.Equal("text/plain; charset=utf-8", _requests[0].Headers["Content-Type"]);
        Assert.Equal("0", _requests[1].Headers["Content-Length"]);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public void Those_who_wait_with_their_thread_are_served_too()
    {
        using LoopbackServer server = new(Answer(Ok));
        using HttpRequestMessage request = new(HttpMethod.Get, Url(server));

        using HttpResponseMessage response = _client.Send(request, HttpCompletionOption.ResponseHeadersRead, Token);
        using StreamReader reader = new(response.Content.ReadAsStream(Token));

        Assert.Equal("hello", reader.ReadToEnd());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_large_body_is_streamed_from_whoever_writes_it(bool isChunked)
    {
        byte[] body = new byte[500_000];
        new Random(1).NextBytes(body);
        byte[] received = [];
        using LoopbackServer server = new(connection =>
        {
            HttpMessage head = connection.ReadHead()!;
            _requests.Add(head);
            if (isChunked)
            {
                List<byte> all = [];
                while (connection.ReadChunk() is { } chunk)
                {
                    all.AddRange(chunk);
                }

                connection.ReadFields();
                received = [.. all];
            }
            else
            {
                received = new byte[body.Length];
                connection.Stream.ReadExactly(received);
            }

            connection.Send(Ok);
        });
        using HttpRequestMessage request = new(HttpMethod.Put, Url(server)) { Content = new StreamContent(new MemoryStream(body)) };
        request.Headers.TransferEncodingChunked = isChunked;

        using HttpResponseMessage response = await _client.SendAsync(request, Token);

        Assert.Equal(body, received);
        Assert.Equal(isChunked, _requests[0].Headers.ContainsKey("Transfer-Encoding"));
        Assert.Equal(!isChunked, _requests[0].Headers.ContainsKey("Content-Length"));
    }

    [Fact]
    public async Task A_server_that_refuses_a_body_is_heard()
    {
        using LoopbackServer server = new(static connection =>
        {
            connection.ReadHead();
            connection.Send("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
            connection.Hold();
        });

        using HttpResponseMessage response = await _client.PostAsync(Url(server), new StreamContent(new MemoryStream(new byte[30_000_000])), Token);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("no", await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task A_piece_of_an_answer_is_here_before_the_next_is_sent_and_its_connection_is_kept_when_it_is_read()
    {
        using SemaphoreSlim isRead = new(0);
        using LoopbackServer server = new(connection =>
        {
            while (connection.ReadRequest() is not null)
            {
                connection.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
                isRead.Wait(Token);
                connection.Send("0\r\n\r\n");
            }
        });
        byte[] piece = new byte[100];
        for (int i = 0; i < 2; i++)
        {
            // Nobody disposes the answer: that it was read to its end is enough.
            using HttpRequestMessage request = new(HttpMethod.Get, Url(server));
            HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
            Stream stream = await response.Content.ReadAsStreamAsync(Token);
            Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty, Token));
            Assert.Equal(5, await stream.ReadAsync(piece, Token));
            isRead.Release();
            Assert.Equal(0, await stream.ReadAsync(piece, Token));
            Assert.Equal(0, await stream.ReadAsync(piece, Token));
        }

        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [InlineData("SSH-2.0\r\n\r\n", HttpRequestError.InvalidResponse)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le", HttpRequestError.ResponseEnded)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", HttpRequestError.ResponseEnded)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", HttpRequestError.InvalidResponse)]
    [InlineData("", HttpRequestError.ResponseEnded)]
    public async Task A_bad_answer_is_told_with_its_kind(string answer, HttpRequestError error)
    {
        using LoopbackServer server = new(connection =>
        {
            connection.ReadRequest();
            connection.Send(answer);
        });

        Assert.Equal(error, (await Assert.ThrowsAsync<HttpRequestException>(() => _client.GetStringAsync(Url(server), Token))).HttpRequestError);
    }

    [Fact]
    public async Task A_body_that_breaks_off_is_told_to_whoever_reads_it()
    {
        using LoopbackServer server = new(static connection =>
        {
            connection.ReadRequest();
            connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
        });
        await using Stream stream = await _client.GetStreamAsync(Url(server), Token);
        Assert.Equal(5, await stream.ReadAsync(new byte[10], Token));

        HttpIOException failure = await Assert.ThrowsAsync<HttpIOException>(async () => await stream.ReadExactlyAsync(new byte[10], Token));

        Assert.Equal(HttpRequestError.ResponseEnded, failure.HttpRequestError);
    }

    [Fact]
    public async Task What_cannot_be_reached_or_trusted_is_told_with_its_kind()
    {
        LoopbackServer closed = new(static _ => { });
        closed.Dispose();
        using CertificateAuthority root = CertificateAuthority.NewRoot();
        using LoopbackServer untrusted = new(TlsScript.Over(TlsScript.Options(root.Issue(["localhost"])), Answer(Ok)));

        Assert.Equal(HttpRequestError.ConnectionError, await ErrorAsync(Url(closed)));
        Assert.Equal(HttpRequestError.SecureConnectionError, await ErrorAsync($"https://localhost:{untrusted.Port}/"));

        // Looking up a name would start the C library's thread for that, which ResolverTests must be the first to need.
        TransportException unresolved = new("no such name") { Step = TransportStep.Resolving };
        Assert.Equal(HttpRequestError.NameResolutionError, HttpTransportHandler.ErrorOf(unresolved));
        Assert.Empty(_requests);

        async Task<HttpRequestError> ErrorAsync(string url) =>
            (await Assert.ThrowsAsync<HttpRequestException>(() => _client.GetAsync(url, Token))).HttpRequestError;
    }

    [Fact]
    public async Task Timeouts_are_those_of_the_client_and_a_token_ends_a_wait_in_the_midst_of_a_body()
    {
        using LoopbackServer server = LoopbackServer.Concurrent(
            static connection => connection.Stall(),
            static connection =>
            {
                connection.ReadRequest();
                connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
                connection.Stall();
            });
        using HttpClient hasty = new(new HttpTransportHandler()) { Timeout = TimeSpan.FromMilliseconds(50) };
        using CancellationTokenSource end = new();

        TaskCanceledException late = await Assert.ThrowsAsync<TaskCanceledException>(() => hasty.GetAsync(Url(server), Token));
        await using Stream stream = await _client.GetStreamAsync(Url(server), Token);
        Task<int> reading = stream.ReadAsync(new byte[5], end.Token).AsTask();
        Assert.False(reading.IsCompleted);
        await end.CancelAsync();

        Assert.IsType<TimeoutException>(late.InnerException);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(307)]
    [InlineData(429)]
    public async Task An_answer_is_an_answer_whatever_its_status(int status)
    {
        using LoopbackServer server = new(Answer(
            $"HTTP/1.1 {status} X\r\nLocation: /elsewhere\r\nSet-Cookie: a=b\r\nRetry-After: 0\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello"));

        using HttpResponseMessage response = await _client.GetAsync(Url(server), Token);
        using HttpResponseMessage again = await _client.GetAsync(Url(server), Token);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("hello", await response.Content.ReadAsStringAsync(Token));
        Assert.Equal("gzip", Assert.Single(response.Content.Headers.ContentEncoding));
        Assert.All(_requests, static request => Assert.Equal(["Host"], request.Headers.Keys));
    }

    [Theory]
    [InlineData("2.0", HttpVersionPolicy.RequestVersionExact, false)]
    [InlineData("2.0", HttpVersionPolicy.RequestVersionOrHigher, false)]
    [InlineData("2.0", HttpVersionPolicy.RequestVersionOrLower, true)]
    [InlineData("1.1", HttpVersionPolicy.RequestVersionExact, true)]
    [InlineData("1.0", HttpVersionPolicy.RequestVersionOrHigher, true)]
    [InlineData("1.0", HttpVersionPolicy.RequestVersionOrLower, false)]
    [InlineData("1.0", HttpVersionPolicy.RequestVersionExact, false)]
    public async Task Another_version_of_HTTP_is_refused_where_it_is_insisted_on(string version, HttpVersionPolicy policy, bool isAccepted)
    {
        using LoopbackServer server = new(Answer(Ok));
        using HttpRequestMessage request = new(HttpMethod.Get, Url(server)) { Version = Version.Parse(version), VersionPolicy = policy };

        if (isAccepted)
        {
            Assert.Equal(HttpVersion.Version11, (await _client.SendAsync(request, Token)).Version);
            return;
        }

        HttpRequestException refused = await Assert.ThrowsAsync<HttpRequestException>(() => _client.SendAsync(request, Token));
        Assert.Equal(HttpRequestError.VersionNegotiationError, refused.HttpRequestError);
        Assert.Empty(_requests);
    }

    [Fact]
    public async Task What_a_request_asks_for_and_is_not_known_is_an_error()
    {
        using LoopbackServer server = new(Answer(Ok));

        await RefusedAsync(static request => request.Headers.Host = "example.com");
        await RefusedAsync(static request => request.Headers.Upgrade.ParseAdd("websocket"));
        await RefusedAsync(static request => request.Headers.TransferEncoding.ParseAdd("gzip"));
        await RefusedAsync(static request => request.Method = HttpMethod.Connect);
        await RefusedAsync(static request => request.RequestUri = new Uri("ftp://127.0.0.1/"));
        Assert.Empty(_requests);

        async Task RefusedAsync(Action<HttpRequestMessage> change)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, Url(server));
            change(request);
            using HttpMessageInvoker invoker = new(new HttpTransportHandler());
            await Assert.ThrowsAsync<NotSupportedException>(() => invoker.SendAsync(request, Token));
        }
    }

    [Fact]
    public async Task Origins_without_end_are_forgotten_and_connected_to_again()
    {
        LoopbackServer[] servers = [.. Enumerable.Range(0, 65).Select(_ => LoopbackServer.Concurrent(Answer(Ok)))];
        foreach (LoopbackServer server in servers.Append(servers[^1]).Append(servers[0]))
        {
            Assert.Equal("hello", await _client.GetStringAsync(Url(server), Token));
        }

        Assert.Equal(2, servers[0].Connections);
        Assert.Equal(1, servers[^1].Connections);
        Array.ForEach(servers, static server => server.Dispose());
    }

    [Fact]
    public async Task A_handler_that_is_disposed_sends_nothing_more()
    {
        using LoopbackServer server = new(Answer(Ok));
        HttpTransportHandler handler = new();
        using HttpClient client = new(handler, disposeHandler: false);
        await client.GetStringAsync(Url(server), Token);

        handler.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.GetStringAsync(Url(server), Token));
    }

    private static string Url(LoopbackServer server) => $"http://127.0.0.1:{server.Port}/";

    private Action<ServerConnection> Answer(string answer) => connection =>
    {
        while (connection.ReadRequest() is { } request)
        {
            lock (_requests)
            {
                _requests.Add(request);
            }

            connection.Send(answer);
        }
    };
}
