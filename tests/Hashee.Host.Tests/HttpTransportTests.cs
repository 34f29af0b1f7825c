using System.Net;
using System.Net.Sockets;
using System.Text;
using Hashee.Emulator;
using Hashee.Host.Transport;
using Hashee.Testing.Servers;

namespace Hashee.Host.Tests;

public sealed class HttpTransportTests : IDisposable
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    private const int Longest = 1_000_000;

    private readonly List<HttpMessage> _requests = [];
    private HttpTransport? _transport;

    private static TimeLimit Soon => new(Deadline.After(TimeSpan.FromMinutes(1)), TestContext.Current.CancellationToken);

    public void Dispose() => _transport?.Dispose();

    [Fact]
    public async Task A_request_is_sent_as_it_was_made_and_the_connection_is_kept()
    {
        using LoopbackServer server = new(Answer(Ok));
        HttpCall call = new HttpCall("POST", "/a%20b?c=d") { Body = "body"u8.ToArray() }.With("X-Name", "value");

        Assert.Equal((200, "hello"), await SendAsync(server, call));
        Assert.Equal((200, "hello"), await SendAsync(server, new HttpCall("GET", "/")));

        Assert.Equal("POST /a%20b?c=d HTTP/1.1", _requests[0].StartLine);
        Assert.Equal("body", _requests[0].Text);
        Assert.Equal("value", _requests[0].Headers["X-Name"]);
        Assert.Equal($"127.0.0.1:{server.Port}", _requests[0].Headers["Host"]);
        Assert.Equal(["Host"], _requests[1].Headers.Keys);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public void Nothing_can_begin_a_line_of_its_own_in_a_request()
    {
        Assert.Throws<ArgumentException>(static () => new HttpCall("GET", "/a b"));
        Assert.Throws<ArgumentException>(static () => new HttpCall("GET", "a"));
        Assert.Throws<ArgumentException>(static () => new HttpCall("GET", "/\r\nX: y"));
        Assert.Throws<ArgumentException>(static () => new HttpCall("GET", "/").With("X", "y\r\nZ: a"));
        Assert.Throws<ArgumentException>(static () => new HttpCall("GET", "/").With("X\nY", "z"));
        Assert.Throws<ArgumentException>(static () => new HttpCall("GET", "/").With("X:Y", "z"));
    }

    [Fact]
    public async Task A_body_may_come_from_a_file_with_its_length_said()
    {
        byte[] content = new byte[300_000];
        Random.Shared.NextBytes(content);
        string path = Path.GetTempFileName();
        await File.WriteAllBytesAsync(path, content, Soon.Token);
        using LoopbackServer server = new(Answer(Ok));

        await using (FileStream file = File.OpenRead(path))
        {
            await SendAsync(server, new HttpCall("PUT", "/") { BodyStream = file, BodyLength = file.Length });
        }

        File.Delete(path);
        Assert.Equal(content, Assert.Single(_requests).Body);
    }

    [Fact]
    public async Task A_body_of_unknown_length_is_sent_in_chunks()
    {
        string sent = "";
        using LoopbackServer server = new(connection =>
        {
            sent = ReadUntil(connection, "0\r\n\r\n");
            connection.Send(Ok);
        });

        await SendAsync(server, new HttpCall("POST", "/") { BodyStream = new MemoryStream("hello"u8.ToArray()) });

        Assert.Contains("\r\nTransfer-Encoding: chunked\r\n", sent, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n5\r\nhello\r\n0\r\n\r\n", sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_shorter_than_was_said_is_an_error()
    {
        using LoopbackServer server = new(static connection => connection.Stall());

        TransportException failure = await Assert.ThrowsAsync<TransportException>(
            () => SendAsync(server, new HttpCall("PUT", "/") { BodyStream = new MemoryStream([1]), BodyLength = 2 }));

        Assert.Equal("writing: the body is shorter than was said", failure.Message);
    }

    [Theory]
    [InlineData("Content-Length: 10\r\n\r\n", "hello", "world", "")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n", "5\r\nhello\r\n", "5\r\nworld\r\n", "0\r\n\r\n")]
    [InlineData("\r\n", "hello", "world", null)]
    public async Task A_piece_of_an_answer_is_here_before_the_next_is_sent(string head, string first, string second, string? end)
    {
        using SemaphoreSlim isRead = new(0);
        using LoopbackServer server = new(connection =>
        {
            connection.ReadRequest();
            connection.Send($"HTTP/1.1 200 OK\r\n{head}");
            isRead.Wait(TestContext.Current.CancellationToken);
            connection.Send(first);
            isRead.Wait(TestContext.Current.CancellationToken);
            connection.Send(second + end);
            if (end is not null)
            {
                connection.Stall();
            }
        });
        using HttpReply reply = await Transport(server).SendAsync(new HttpCall("GET", "/"), Soon);
        byte[] piece = new byte[100];

        isRead.Release();
        Assert.Equal(5, await reply.ReadAsync(piece));
        isRead.Release();
        Assert.Equal(5, await reply.ReadAsync(piece.AsMemory(5)));
        Assert.Equal(0, await reply.ReadAsync(piece));
        Assert.Equal("helloworld", Encoding.ASCII.GetString(piece, 0, 10));
    }

    [Theory]
    [InlineData("Content-Length: 10\r\n\r\nhello")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\na\r\nhello")]
    public async Task A_stream_that_breaks_off_is_an_error_and_no_short_answer(string rest)
    {
        using LoopbackServer server = new(connection =>
        {
            connection.ReadRequest();
            connection.Send($"HTTP/1.1 200 OK\r\n{rest}");
        });
        using HttpReply reply = await Transport(server).SendAsync(new HttpCall("GET", "/"), Soon);

        Assert.Equal(5, await reply.ReadAsync(new byte[100]));
        await Assert.ThrowsAsync<ConnectionClosedException>(async () => await reply.ReadAsync(new byte[100]));
    }

    [Fact]
    public async Task Answers_that_are_open_at_the_same_time_have_connections_of_their_own()
    {
        const int calls = 50;
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        _transport = new HttpTransport(new Origin(false, "127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port), AmazonTrust.Instance);
        Task<string>[] answers = [.. Enumerable.Range(0, calls).Select(async i =>
        {
            using HttpReply reply = await _transport.SendAsync(new HttpCall("GET", "/"), Soon);
            return Encoding.ASCII.GetString(await reply.ReadAllAsync(Longest));
        })];
        List<TcpClient> clients = [];
        for (int i = 0; i < calls; i++)
        {
            clients.Add(await listener.AcceptTcpClientAsync(Soon.Token));
        }

        Assert.All(answers, static answer => Assert.False(answer.IsCompleted));
        foreach (TcpClient client in clients)
        {
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Ok), Soon.Token);
        }

        Assert.All(await Task.WhenAll(answers), static answer => Assert.Equal("hello", answer));
        clients.ForEach(static client => client.Dispose());
    }

    [Fact]
    public async Task A_kept_connection_that_dies_under_a_request_is_replaced_silently()
    {
        using LoopbackServer server = new(
            connection =>
            {
                _requests.Add(connection.ReadRequest()!);
                connection.Send(Ok);
                connection.ReadRequest();
            },
            Answer(Ok));

        await SendAsync(server, new HttpCall("GET", "/"));
        Assert.Equal((200, "hello"), await SendAsync(server, new HttpCall("PUT", "/") { BodyStream = new MemoryStream([1, 2, 3]), BodyLength = 3 }));

        Assert.Equal([1, 2, 3], _requests[1].Body);
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task A_kept_connection_that_dies_under_a_request_that_may_not_be_repeated_is_an_error()
    {
        using LoopbackServer server = new(
            connection =>
            {
                connection.ReadRequest();
                connection.Send(Ok);
                connection.ReadRequest();
            },
            Answer(Ok));

        await SendAsync(server, new HttpCall("GET", "/"));

        await Assert.ThrowsAsync<ConnectionClosedException>(() => SendAsync(server, new HttpCall("POST", "/") { Body = new byte[3] }));
        Assert.Empty(_requests);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", true, 1)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello", false, 2)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", true, 1)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello", true, 2)]
    public async Task An_answer_that_is_not_read_to_its_end_breaks_no_other(string answer, bool isWhole, int connections)
    {
        using LoopbackServer server = new(Answer(answer));
        Transport(server);
        (await _transport!.SendAsync(new HttpCall("GET", "/"), Soon)).Dispose();

        using HttpReply reply = await _transport.SendAsync(new HttpCall("GET", "/"), Soon);

        Assert.Equal(200, reply.Status);
        Assert.Equal(connections, server.Connections);
        Assert.Equal(isWhole, reply.Head.IsComplete);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(307)]
    public async Task A_redirect_is_an_answer(int status)
    {
        using LoopbackServer server = new(Answer($"HTTP/1.1 {status} Moved\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"));

        Assert.Equal((status, ""), await SendAsync(server, new HttpCall("GET", "/")));
        Assert.Single(_requests);
    }

    [Fact]
    public async Task The_answer_to_HEAD_has_no_body()
    {
        using LoopbackServer server = new(Answer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"));

        Assert.Equal((200, ""), await SendAsync(server, new HttpCall("HEAD", "/")));
        Assert.Equal((200, ""), await SendAsync(server, new HttpCall("HEAD", "/")));
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task A_server_may_refuse_a_body_before_it_has_all_of_it()
    {
        using LoopbackServer server = new(static connection =>
        {
            ReadUntil(connection, "\r\n\r\n");
            connection.Send("HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno");
            connection.CloseSending();
            connection.Stall();
        });

        Assert.Equal((413, "no"), await SendAsync(server, new HttpCall("PUT", "/") { Body = new byte[1000] }));
    }

    [Fact]
    public async Task A_token_ends_a_wait_at_once_and_its_connection_is_not_used_again()
    {
        using LoopbackServer server = new(
            static connection =>
            {
                connection.ReadRequest();
                connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
                connection.Stall();
            },
            Answer(Ok));
        using CancellationTokenSource end = new();
        HttpReply reply = await Transport(server).SendAsync(new HttpCall("GET", "/"), new TimeLimit(Deadline.Never, end.Token));

        Task<int> reading = reply.ReadAsync(new byte[5]).AsTask();
        Assert.False(reading.IsCompleted);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        reply.Dispose();

        Assert.Equal((200, "hello"), await SendAsync(server, new HttpCall("GET", "/")));
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task A_deadline_ends_a_wait()
    {
        using LoopbackServer server = new(static connection => connection.Stall());

        TransportException failure = await Assert.ThrowsAsync<TransportException>(async () =>
            await Transport(server).SendAsync(new HttpCall("GET", "/"), new TimeLimit(Deadline.After(TimeSpan.FromMilliseconds(50)), default)));

        Assert.Equal("reading: the time limit was reached", failure.Message);
    }

    [Fact]
    public async Task A_wait_with_an_earlier_deadline_does_not_wait_for_one_with_a_later()
    {
        using LoopbackServer patient = new(static connection => connection.Stall());
        using LoopbackServer hasty = new(static connection => connection.Stall());
        using CancellationTokenSource end = new();
        using HttpTransport first = new(new Origin(false, "127.0.0.1", patient.Port), AmazonTrust.Instance);
        Task<HttpReply> waiting = first.SendAsync(new HttpCall("GET", "/"), new TimeLimit(Deadline.Never, end.Token)).AsTask();

        await Assert.ThrowsAsync<TransportException>(async () =>
            await Transport(hasty).SendAsync(new HttpCall("GET", "/"), new TimeLimit(Deadline.After(TimeSpan.FromMilliseconds(50)), default)));

        Assert.False(waiting.IsCompleted);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task A_body_that_is_larger_than_wanted_is_not_read()
    {
        using LoopbackServer server = new(Answer(Ok));
        using HttpReply reply = await Transport(server).SendAsync(new HttpCall("GET", "/"), Soon);

        Assert.Equal("the answer has more than 4 bytes", (await Assert.ThrowsAsync<TransportException>(async () => await reply.ReadAllAsync(4))).Message);
    }

    [Theory]
    [InlineData(System.Security.Authentication.SslProtocols.Tls12)]
    [InlineData(System.Security.Authentication.SslProtocols.Tls13)]
    public async Task Over_TLS_large_bodies_go_both_ways_and_an_answer_may_come_in_a_record_for_each_byte(System.Security.Authentication.SslProtocols protocol)
    {
        using CertificateAuthority root = CertificateAuthority.NewRoot();
        string bundle = Path.GetTempFileName();
        await File.WriteAllTextAsync(bundle, root.Certificate.ExportCertificatePem(), Soon.Token);
        System.Net.Security.SslServerAuthenticationOptions tls = TlsScript.Options(root.Issue(["localhost"]));
        tls.EnabledSslProtocols = protocol;
        string large = new('x', 900_000);
        using LoopbackServer server = new(TlsScript.Over(tls, connection =>
        {
            _requests.Add(connection.ReadRequest()!);
            connection.Send($"HTTP/1.1 200 OK\r\nContent-Length: {large.Length}\r\n\r\n{large}");
            _requests.Add(connection.ReadRequest()!);
            connection.SendBytewise(Ok);
            connection.Stall();
        }));
        _transport = new HttpTransport(new Origin(true, "localhost", server.Port), new BundleTrust(bundle, "a test's bundle"));

        Assert.Equal((200, large), await SendAsync(server, new HttpCall("POST", "/") { Body = Encoding.ASCII.GetBytes(large) }));
        Assert.Equal((200, "hello"), await SendAsync(server, new HttpCall("GET", "/")));

        Assert.Equal(large, _requests[0].Text);
        Assert.Equal(1, server.Connections);
        File.Delete(bundle);
    }

    private static string ReadUntil(ServerConnection connection, string end)
    {
        StringBuilder text = new();
        while (!text.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            text.Append((char)connection.Stream.ReadByte());
        }

        return text.ToString();
    }

    private Action<ServerConnection> Answer(string answer) => connection =>
    {
        while (connection.ReadRequest() is { } request)
        {
            _requests.Add(request);
            connection.Send(answer);
        }
    };

    private HttpTransport Transport(LoopbackServer server) =>
        _transport ??= new HttpTransport(new Origin(false, "127.0.0.1", server.Port), AmazonTrust.Instance);

    private async Task<(int Status, string Body)> SendAsync(LoopbackServer server, HttpCall call)
    {
        using HttpReply reply = await Transport(server).SendAsync(call, Soon);
        return (reply.Status, Encoding.ASCII.GetString(await reply.ReadAllAsync(Longest)));
    }
}
