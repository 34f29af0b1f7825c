using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hashee.Host.Transport;

namespace Hashee.Host.Tests.Foreign;

/// <summary>Node: streams that wait, trailers, early hints, connections that end abruptly.</summary>
public sealed class NodeTests : IDisposable
{
    private readonly ForeignServer _node = new(
        ForeignServer.Find("node", ""),
        static server =>
        [
            Path.Combine(AppContext.BaseDirectory, "Foreign/server.mjs"), server.PlainPort.ToString(CultureInfo.InvariantCulture),
            server.TlsPort.ToString(CultureInfo.InvariantCulture), server.Folder,
        ],
        static line => line == "listening");

    private static TimeLimit Soon => new(Deadline.After(TimeSpan.FromMinutes(1)), TestContext.Current.CancellationToken);

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Events_come_while_their_server_waits_for_the_next_request(bool isTls)
    {
        using HttpTransport transport = _node.Connect(isTls);
        using HttpReply reply = await transport.SendAsync(new HttpCall("GET", "/events"), Soon);
        ServerSentEvents events = new(1000);
        for (int i = 1; i <= 3; i++)
        {
            Assert.True(await events.ReadAsync(reply, Soon));
            Assert.Equal($"piece {i} {i}", $"{Text(events.Type)} {Text(events.LastId)} {Text(events.Data.Span)}");
            Assert.Equal("ok", await TextAsync(transport, new HttpCall("POST", "/next")));
        }

        Assert.False(await events.ReadAsync(reply, Soon));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Trailers_and_early_hints_are_passed_over_and_the_connection_is_kept(bool isTls)
    {
        using HttpTransport transport = _node.Connect(isTls);
        string port = await TextAsync(transport, new HttpCall("GET", "/port"));

        Assert.Equal("hello", await TextAsync(transport, new HttpCall("GET", "/trailers").With("TE", "trailers")));
        Assert.Equal("hello", await TextAsync(transport, new HttpCall("GET", "/hints")));
        Assert.Equal(port, await TextAsync(transport, new HttpCall("GET", "/port")));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_large_body_arrives_whole(bool isTls, bool isChunked)
    {
        using HttpTransport transport = _node.Connect(isTls);
        byte[] body = new byte[5_000_000];
        new Random(20261125).NextBytes(body);
        HttpCall call = new("POST", "/digest") { BodyStream = new MemoryStream(body), BodyLength = isChunked ? null : body.Length };

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(body)), await TextAsync(transport, call));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_that_is_refused_unread_is_not_sent_to_its_end(bool isTls)
    {
        using HttpTransport transport = _node.Connect(isTls);
        using MemoryStream body = new(new byte[100_000_000]);

        using (HttpReply reply = await transport.SendAsync(new HttpCall("POST", "/refuse") { BodyStream = body }, Soon))
        {
            Assert.Equal(403, reply.Status);
            Assert.Equal("no", Text(await reply.ReadAllAsync(10)));
        }

        Assert.InRange(body.Position, 1, 99_000_000);
        Assert.Equal("ok", await TextAsync(transport, new HttpCall("POST", "/next")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_that_ends_abruptly_is_an_error_and_is_replaced(bool isTls)
    {
        using HttpTransport transport = _node.Connect(isTls);
        for (int i = 0; i < 5; i++)
        {
            using (HttpReply reply = await transport.SendAsync(new HttpCall("GET", "/destroy"), Soon))
            {
                await Assert.ThrowsAsync<ConnectionClosedException>(async () => await reply.ReadAllAsync(1000));
            }

            await Assert.ThrowsAsync<ConnectionClosedException>(async () => await transport.SendAsync(new HttpCall("GET", "/reset"), Soon));
            Assert.Equal("ok", await TextAsync(transport, new HttpCall("POST", "/next")));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_without_length_ends_with_its_connection(bool isTls)
    {
        using HttpTransport transport = _node.Connect(isTls);

        Assert.Equal("hello", await TextAsync(transport, new HttpCall("GET", "/old")));
        Assert.Equal("ok", await TextAsync(transport, new HttpCall("POST", "/next")));
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.ASCII.GetString(bytes);

    private static async Task<string> TextAsync(HttpTransport transport, HttpCall call)
    {
        using HttpReply reply = await transport.SendAsync(call, Soon);
        Assert.True(reply.Succeeded, $"{call.Target}: {reply.Status}");
        return Text(await reply.ReadAllAsync(1_000_000));
    }
}
