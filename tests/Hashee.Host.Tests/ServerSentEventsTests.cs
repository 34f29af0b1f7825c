using System.Net.ServerSentEvents;
using System.Text;
using Hashee.Host.Transport;
using Hashee.Testing.Servers;

namespace Hashee.Host.Tests;

public class ServerSentEventsTests
{
    private const int Longest = 1000;

    private static readonly string[] Words =
    [
        "data", "event", "id", "retry", ":", ":", ": ", " ", "\r", "\n", "\r\n", "\n\n", "\r\n\r\n", "x", "é", "\0", "\uFEFF", "data: a\n", "data:b\r\n\r\n",
        "event: c\n", "id: 7\r", ": comment\n", "retry: 10\n", "unknown: d\n",
    ];

    [Theory]
    [InlineData("data: a\n\n", "message|a|")]
    [InlineData("\uFEFFdata: a\n\n", "message|a|")]
    [InlineData("data: a\r\rdata: b\r\n\r\n", "message|a| message|b|")]
    [InlineData("data: a\ndata\ndata:  b\n\n", "message|a\n\n b|")]
    [InlineData("event: ping\nid: 1\ndata: a\n\ndata: b\n\n", "ping|a|1 message|b|1")]
    [InlineData("id: 1\0\nid: 2\nid\ndata: a\n\n", "message|a|")]
    [InlineData(": comment\nretry: 10\nfoo: bar\nDATA: no\nevent: lost\n\ndata: a\n\n", "message|a|")]
    [InlineData("data:\n\n", "message||")]
    [InlineData("data: a\n\ndata: cut off\n", "message|a|")]
    [InlineData("", "")]
    public void Events_are_read_as_the_standard_says(string stream, string expected) =>
        Assert.Equal(expected, string.Join(' ', Read([Encoding.UTF8.GetBytes(stream)])));

    [Fact]
    public void Any_splitting_gives_the_same_events_and_the_data_that_another_reader_finds()
    {
        Random random = new(20261125);
        int found = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] stream = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => Words[random.Next(Words.Length)])));
            List<byte[]> pieces = [];
            for (int start = 0, length; start < stream.Length; start += length)
            {
                length = Math.Min(random.Next(1, 10), stream.Length - start);
                pieces.Add(stream[start..(start + length)]);
            }

            List<string> events = Read(pieces);

            Assert.Equal(Read([stream]), events);
            Assert.Equal(ReadByOracle(stream), events.Select(static shown => shown[shown.IndexOf('|', StringComparison.Ordinal)..]));
            found += events.Count;
        }

        Assert.InRange(found, 10_000, 1_000_000);
    }

    [Theory]
    [InlineData("", "x")]
    [InlineData("", ": comment")]
    [InlineData("data: ", "x")]
    [InlineData("", "data: xxxxxxxxxxxxxxxxxxxx\n")]
    public void A_line_or_an_event_without_end_is_refused(string begin, string repeated)
    {
        ServerSentEvents events = new(Longest);

        TransportException refused = Assert.Throws<TransportException>(() =>
        {
            events.Receive(Encoding.UTF8.GetBytes(begin));
            Assert.False(events.TryRead());
            for (int i = 0; i <= Longest; i++)
            {
                events.Receive(Encoding.UTF8.GetBytes(repeated));
                Assert.False(events.TryRead());
            }
        });

        Assert.Equal("a line or an event has more than 1000 bytes", refused.Message);
    }

    [Fact]
    public async Task An_event_is_here_before_the_next_is_sent()
    {
        TimeLimit soon = new(Deadline.After(TimeSpan.FromMinutes(1)), TestContext.Current.CancellationToken);
        using SemaphoreSlim isRead = new(0);
        using LoopbackServer server = new(connection =>
        {
            connection.ReadRequest();
            connection.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            foreach (string data in (string[])["one", "two"])
            {
                connection.Send($"f\r\nevent: e\r\ndata:\r\n{data.Length + 4:x}\r\n{data}\r\n\r\n\r\n");
                isRead.Wait(TestContext.Current.CancellationToken);
            }

            connection.Send("0\r\n\r\n");
            connection.Stall();
        });
        using HttpTransport transport = new(new Origin(false, "127.0.0.1", server.Port), AmazonTrust.Instance);
        using HttpReply reply = await transport.SendAsync(new HttpCall("GET", "/"), soon);
        ServerSentEvents events = new(Longest);

        Assert.True(await events.ReadAsync(reply, soon));
        Assert.Equal("e|one|", Show(events));
        isRead.Release();
        Assert.True(await events.ReadAsync(reply, soon));
        Assert.Equal("e|two|", Show(events));
        isRead.Release();
        Assert.False(await events.ReadAsync(reply, soon));
    }

    private static string Show(ServerSentEvents events) =>
        $"{Encoding.UTF8.GetString(events.Type)}|{Encoding.UTF8.GetString(events.Data.Span)}|{Encoding.UTF8.GetString(events.LastId)}";

    private static List<string> Read(IEnumerable<byte[]> pieces)
    {
        ServerSentEvents events = new(Longest);
        List<string> read = [];
        foreach (byte[] piece in pieces)
        {
            events.Receive(piece);
            while (events.TryRead())
            {
                read.Add(Show(events));
            }
        }

        return read;
    }

    /// <summary>Without the types: the oracle gives the name of an event that has no data to the one after it, and the standard does not.</summary>
    private static List<string> ReadByOracle(byte[] stream)
    {
        using MemoryStream memory = new(stream);
        SseParser<string> parser = SseParser.Create(memory);
        List<string> read = [];
        foreach (SseItem<string> item in parser.Enumerate())
        {
            read.Add($"|{item.Data}|{parser.LastEventId}");
        }

        return read;
    }
}
