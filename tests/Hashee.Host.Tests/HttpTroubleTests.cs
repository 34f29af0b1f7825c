using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Hashee.Host.Transport;
using Hashee.Testing.Servers;

namespace Hashee.Host.Tests;

/// <summary>Servers and callers that do what they should not, or when they should not.</summary>
public sealed class HttpTroubleTests : IDisposable
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    private const string Chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\nhe\r\n003\r\nllo\r\n0\r\nTrailer: a\r\n\r\n";
    private const string Interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n";

    private HttpTransport? _transport;

    private static TimeLimit Soon => new(Deadline.After(TimeSpan.FromMinutes(1)), TestContext.Current.CancellationToken);

    private static TimeLimit AtOnce => new(Deadline.After(TimeSpan.FromMilliseconds(50)), default);

    public void Dispose() => _transport?.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_refuses_a_body_and_never_reads_it_is_heard(bool isStreamed)
    {
        using LoopbackServer server = LoopbackServer.Concurrent(
            static connection =>
            {
                connection.ReadHead();
                connection.Send(Interim + "HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
                connection.Hold();
            },
            Answer(Ok));
        byte[] body = new byte[30_000_000];
        HttpCall call = isStreamed
            ? new HttpCall("POST", "/") { BodyStream = new MemoryStream(body) }
            : new HttpCall("POST", "/") { Body = body };

        Assert.Equal((413, "no"), await SendAsync(server, call));
        Assert.Equal((200, "hello"), await SendAsync(server, new HttpCall("GET", "/")));
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task A_server_that_begins_its_answer_early_gets_the_whole_body()
    {
        byte[] body = new byte[5_000_000];
        using LoopbackServer server = new(connection =>
        {
            connection.ReadHead();
            connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel");
            connection.Stream.ReadExactly(new byte[body.Length]);
            connection.Send("lo");
            connection.Stall();
        });

        Assert.Equal((200, "hello"), await SendAsync(server, new HttpCall("POST", "/") { Body = body }));
    }

    [Fact]
    public async Task A_server_that_does_not_read_is_given_up_at_the_deadline()
    {
        using LoopbackServer server = new(static connection => connection.Hold());

        TransportException failure = await Assert.ThrowsAsync<TransportException>(async () =>
            await Transport(server).SendAsync(new HttpCall("PUT", "/") { Body = new byte[30_000_000] }, AtOnce));

        Assert.Equal("writing: the time limit was reached", failure.Message);
    }

    [Fact]
    public async Task A_server_that_does_not_read_is_given_up_when_the_token_says_so()
    {
        using LoopbackServer server = new(static connection => connection.Hold());
        using CancellationTokenSource end = new();
        Task<HttpReply> sending = Transport(server)
            .SendAsync(new HttpCall("PUT", "/") { Body = new byte[30_000_000] }, new TimeLimit(Deadline.Never, end.Token)).AsTask();

        Assert.False(sending.IsCompleted);
        await end.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    [Fact]
    public async Task A_body_that_comes_slowly_is_not_waited_for_once_the_server_has_refused_it()
    {
        using SemaphoreSlim isRefused = new(0);
        using LoopbackServer server = new(connection =>
        {
            connection.ReadHead();
            connection.ReadChunk();
            connection.Send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
            isRefused.Release();
            connection.Hold();
        });
        using SlowBody body = new(isRefused);

        Assert.Equal((403, "no"), await SendAsync(server, new HttpCall("POST", "/") { BodyStream = body }));
        Assert.Equal(2, body.Pieces);
    }

    [Fact]
    public async Task A_body_that_does_not_come_is_given_up_at_the_deadline_and_when_the_token_says_so()
    {
        using LoopbackServer server = LoopbackServer.Concurrent(static connection => connection.Stall());
        using SemaphoreSlim isReleased = new(0);
        using SlowBody body = new(isReleased) { IsDeaf = true };
        using CancellationTokenSource end = new();

        TransportException failure = await Assert.ThrowsAsync<TransportException>(
            async () => await Transport(server).SendAsync(new HttpCall("PUT", "/") { BodyStream = body }, AtOnce));
        Task<HttpReply> sending = Transport(server)
            .SendAsync(new HttpCall("PUT", "/") { BodyStream = body }, new TimeLimit(Deadline.Never, end.Token)).AsTask();
        Assert.False(sending.IsCompleted);
        await end.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.Equal("reading the request's body: the time limit was reached", failure.Message);
    }

    [Fact]
    public async Task An_address_that_does_not_answer_is_given_up_at_the_deadline_and_when_the_token_says_so()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start(backlog: 1);
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        List<Socket> waiting = [];
        for (int i = 0; i < 4; i++)
        {
            // The listener's queue is full after two or three of these; the next gets no answer.
            Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            Assert.Throws<SocketException>(() => client.Connect(IPAddress.Loopback, port));
            waiting.Add(client);
        }

        _transport = new HttpTransport(new Origin(false, "127.0.0.1", port), AmazonTrust.Instance);
        using CancellationTokenSource end = new();

        TransportException failure = await Assert.ThrowsAsync<TransportException>(
            async () => await _transport.SendAsync(new HttpCall("GET", "/"), AtOnce));
        Task<HttpReply> connecting = _transport.SendAsync(new HttpCall("GET", "/"), new TimeLimit(Deadline.Never, end.Token)).AsTask();
        Assert.False(connecting.IsCompleted);
        await end.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
        Assert.Equal($"connecting to 127.0.0.1:{port} failed: the time limit was reached", failure.Message);
        waiting.ForEach(static client => client.Dispose());
    }

    [Fact]
    public async Task A_read_that_waits_ends_when_its_answer_is_disposed()
    {
        using LoopbackServer server = new(
            static connection =>
            {
                connection.ReadRequest();
                connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
                connection.Stall();
            },
            Answer(Ok));
        HttpReply reply = await Transport(server).SendAsync(new HttpCall("GET", "/"), new TimeLimit(Deadline.Never, default));
        Task<int> reading = reply.ReadAsync(new byte[5]).AsTask();
        Assert.False(reading.IsCompleted);

        reply.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => reading);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await reply.ReadAsync(new byte[5]));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await reply.ReadAllAsync(5));
        Assert.Throws<ObjectDisposedException>(() => reply.Head);
        Assert.Equal(200, reply.Status);
        Assert.Equal((200, "hello"), await SendAsync(server, new HttpCall("GET", "/")));
    }

    [Fact]
    public async Task Two_cannot_read_the_same_answer_at_once()
    {
        using LoopbackServer server = new(static connection =>
        {
            connection.ReadRequest();
            connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
            connection.Stall();
        });
        HttpReply reply = await Transport(server).SendAsync(new HttpCall("GET", "/"), Soon);
        Task<int> first = reply.ReadAsync(new byte[5]).AsTask();

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reply.ReadAsync(new byte[5]));
        Assert.False(first.IsCompleted);

        reply.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => first);
    }

    [Fact]
    public async Task An_answer_that_could_not_be_read_is_not_read_on()
    {
        using SemaphoreSlim hasHead = new(0);
        using LoopbackServer server = new(connection =>
        {
            connection.ReadRequest();
            connection.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            hasHead.Wait(TestContext.Current.CancellationToken);
            connection.Send("x\r\n5\r\nhello\r\n0\r\n\r\n");
            connection.Stall();
        });
        using HttpReply reply = await Transport(server).SendAsync(new HttpCall("GET", "/"), Soon);
        hasHead.Release();

        Assert.StartsWith(
            "the answer is not HTTP/1.1", (await Assert.ThrowsAsync<TransportException>(() => ReadAsync(reply))).Message, StringComparison.Ordinal);
        Assert.Equal("reading: it failed before", (await Assert.ThrowsAsync<TransportException>(() => ReadAsync(reply))).Message);

        static async Task<int> ReadAsync(HttpReply reply) => await reply.ReadAsync(new byte[5]);
    }

    [Theory]
    [InlineData("timeout=600", 1)]
    [InlineData("max=100", 1)]
    [InlineData("timeout=x", 1)]
    [InlineData("timeout=1", 2)]
    [InlineData("Timeout=0, max=100", 2)]
    [InlineData("timeout=-5", 1)]
    public async Task A_connection_is_not_used_when_its_server_is_about_to_close_it(string keepAlive, int connections)
    {
        using LoopbackServer server = new(Answer($"HTTP/1.1 200 OK\r\nKeep-Alive: {keepAlive}\r\nContent-Length: 5\r\n\r\nhello"));

        await SendAsync(server, new HttpCall("GET", "/"));
        await SendAsync(server, new HttpCall("GET", "/"));

        Assert.Equal(connections, server.Connections);
    }

    [Theory]
    [InlineData("close")]
    [InlineData("half")]
    [InlineData("reset")]
    [InlineData("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")]
    public async Task A_kept_connection_that_is_no_good_any_more_gets_no_request(string end)
    {
        using ManualResetEventSlim isEnded = new();
        using LoopbackServer server = new(
            connection =>
            {
                connection.ReadRequest();
                connection.Send(Ok);
                connection.ReadRequest();
                connection.Send(Ok);
                switch (end)
                {
                    case "close":
                        connection.Abort();
                        break;
                    case "half":
                        connection.CloseSending();
                        break;
                    case "reset":
                        connection.Reset();
                        break;
                    default:
                        connection.Send(end);
                        break;
                }

                isEnded.Set();
                if (end is not ("close" or "reset"))
                {
                    connection.Stall();
                }
            },
            Answer(Ok));
        await SendAsync(server, new HttpCall("GET", "/"));
        using (HttpReply reply = await Transport(server).SendAsync(new HttpCall("GET", "/"), Soon))
        {
            Assert.Equal(200, reply.Status);
        }

        isEnded.Wait(TestContext.Current.CancellationToken);
        Assert.Equal((200, "hello"), await SendAsync(server, new HttpCall("POST", "/") { Body = new byte[3] }));
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task A_request_is_repeated_only_once()
    {
        using LoopbackServer server = new(
            static connection =>
            {
                connection.ReadRequest();
                connection.Send(Ok);
                connection.ReadRequest();
            },
            static connection => connection.ReadRequest());
        await SendAsync(server, new HttpCall("GET", "/"));

        await Assert.ThrowsAsync<ConnectionClosedException>(() => SendAsync(server, new HttpCall("GET", "/")));

        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task A_request_whose_answer_has_begun_is_not_repeated()
    {
        using LoopbackServer server = new(
            static connection =>
            {
                connection.ReadRequest();
                connection.Send(Ok);
                connection.ReadRequest();
                connection.Send("HTTP/1.1 2");
            },
            Answer(Ok));
        await SendAsync(server, new HttpCall("GET", "/"));

        ConnectionClosedException failure = await Assert.ThrowsAsync<ConnectionClosedException>(() => SendAsync(server, new HttpCall("GET", "/")));

        Assert.Equal("the answer ends early", failure.Message);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task A_body_that_cannot_be_read_again_is_not_repeated()
    {
        using LoopbackServer server = new(
            static connection =>
            {
                connection.ReadRequest();
                connection.Send(Ok);
                connection.ReadHead();
            },
            Answer(Ok));
        await SendAsync(server, new HttpCall("GET", "/"));
        using SemaphoreSlim isReleased = new(int.MaxValue);
        using SlowBody body = new(isReleased);

        await Assert.ThrowsAsync<ConnectionClosedException>(() => SendAsync(server, new HttpCall("PUT", "/") { BodyStream = body }));

        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [InlineData(Ok)]
    [InlineData(Chunked)]
    [InlineData(Interim + Ok)]
    public async Task An_answer_may_be_split_at_every_byte(string answer)
    {
        int split = 0;
        using LoopbackServer server = new(connection =>
        {
            while (connection.ReadRequest() is not null)
            {
                connection.Send(answer[..split]);
                connection.Send(answer[split..]);
            }
        });

        for (; split < answer.Length; split++)
        {
            Assert.Equal((200, "hello"), await SendAsync(server, new HttpCall("GET", "/")));
        }

        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task After_thousands_of_mutated_answers_every_request_still_gets_its_own()
    {
        string[] answers = [Ok, Chunked, Interim + Chunked, "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello"];
        Random random = new(20261125);
        string mutated = "";
        using LoopbackServer server = new(connection =>
        {
            while (connection.ReadRequest() is { } request)
            {
                bool isLast = request.StartLine.Contains("/mutated", StringComparison.Ordinal);
                connection.Send(Encoding.Latin1.GetBytes(isLast ? mutated : Ok));
                if (isLast)
                {
                    connection.CloseSending();
                    connection.Stall();
                    return;
                }
            }
        });

        int refused = 0;
        for (int i = 0; i < 3_000; i++)
        {
            StringBuilder changed = new(answers[i % answers.Length]);
            for (int changes = random.Next(1, 4); changes > 0; changes--)
            {
                int at = random.Next(changed.Length);
                _ = random.Next(3) switch
                {
                    0 => changed.Remove(at, Math.Min(random.Next(1, 9), changed.Length - at)),
                    1 => changed.Insert(at, changed.ToString(at, Math.Min(random.Next(1, 9), changed.Length - at))),
                    _ => changed.Replace(changed[at], "\r\n :;,0159afxZ\0\u007f\u00ff"[random.Next(17)], at, 1),
                };
                if (changed.Length == 0)
                {
                    break;
                }
            }

            mutated = changed.ToString();
            try
            {
                (int status, string body) = await SendAsync(server, new HttpCall("GET", "/mutated"));
                Assert.InRange(status, 200, 999);
                Assert.InRange(body.Length, 0, mutated.Length);
            }
            catch (TransportException)
            {
                refused++;
            }

            Assert.Equal((200, "hello"), await SendAsync(server, new HttpCall("POST", "/good") { IsRepeatable = true }));
        }

        Assert.InRange(refused, 500, 2_900);
    }

    [Fact]
    public async Task Requests_that_are_given_up_at_any_time_disturb_no_other()
    {
        using LoopbackServer server = LoopbackServer.Concurrent(static connection =>
        {
            while (connection.ReadRequest() is { } request)
            {
                string target = request.StartLine.Split(' ')[1];
                connection.Send($"HTTP/1.1 200 OK\r\nContent-Length: {target.Length + 10_000}\r\n\r\n");
                connection.Send(target);
                connection.Send(new string('.', 10_000));
            }
        });
        Transport(server);

        int[] answered = await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(() => CallAsync(worker), Soon.Token)));

        Assert.All(answered, static count => Assert.InRange(count, 1, 200));

        async Task<int> CallAsync(int worker)
        {
            Random random = new(worker);
            int count = 0;
            for (int i = 0; i < 200; i++)
            {
                string target = string.Create(CultureInfo.InvariantCulture, $"/{worker}/{i}");
                using CancellationTokenSource end = new();
                try
                {
                    Task<HttpReply> sending = _transport!.SendAsync(new HttpCall("GET", target), new TimeLimit(Soon.Deadline, end.Token)).AsTask();
                    if (random.Next(4) == 0)
                    {
                        await end.CancelAsync();
                    }

                    HttpReply reply = await sending;
                    Task<byte[]> reading = reply.ReadAllAsync(20_000).AsTask();
                    if (random.Next(4) == 0)
                    {
                        reply.Dispose();
                    }

                    Assert.Equal(target + new string('.', 10_000), Encoding.ASCII.GetString(await reading));
                    reply.Dispose();
                    count++;
                }
                catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException)
                {
                    // As this caller wanted it.
                }
            }

            return count;
        }
    }

    [Fact]
    public async Task A_large_answer_leaves_no_large_buffer_behind()
    {
        string large = new('x', 3_000_000);
        using LoopbackServer server = new(Answer($"HTTP/1.1 200 OK\r\nContent-Length: {large.Length}\r\n\r\n{large}"));
        HttpReply reply = await Transport(server).SendAsync(new HttpCall("GET", "/"), Soon);
        HttpAnswer answer = reply.Head;
        await reply.ReadAllAsync(large.Length);
        reply.Dispose();

        Assert.InRange(answer.Room.Length, 1, 64 * 1024);
    }

    [Theory]
    [InlineData("Host")]
    [InlineData("content-length")]
    [InlineData("Transfer-Encoding")]
    [InlineData("")]
    [InlineData("X Y")]
    [InlineData("X(Y")]
    public void What_only_the_transport_can_know_or_no_name_may_hold_is_no_header(string name)
    {
        Assert.Throws<ArgumentException>(() => new HttpCall("GET", "/").With(name, "1"));
        Assert.Throws<ArgumentException>(static () => new HttpCall("GET / HTTP/1.1\r\nX:", "/"));
    }

    private static Action<ServerConnection> Answer(string answer) => connection =>
    {
        while (connection.ReadRequest() is not null)
        {
            connection.Send(answer);
        }
    };

    private HttpTransport Transport(LoopbackServer server) =>
        _transport ??= new HttpTransport(new Origin(false, "127.0.0.1", server.Port), AmazonTrust.Instance);

    private async Task<(int Status, string Body)> SendAsync(LoopbackServer server, HttpCall call)
    {
        using HttpReply reply = await Transport(server).SendAsync(call, Soon);
        return (reply.Status, Encoding.Latin1.GetString(await reply.ReadAllAsync(1_000_000)));
    }

    /// <summary>A body whose first piece is there at once and each further one when it is released; it has no length and no end.</summary>
    private sealed class SlowBody(SemaphoreSlim isReleased) : Stream
    {
        internal int Pieces { get; private set; }

        /// <summary>Whether tokens mean nothing to it.</summary>
        internal bool IsDeaf { get; init; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Pieces++ > 0)
            {
                await isReleased.WaitAsync(IsDeaf ? default : cancellationToken);
            }

            buffer.Span[0] = 1;
            return 1;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
