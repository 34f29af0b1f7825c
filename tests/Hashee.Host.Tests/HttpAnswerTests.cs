using System.Text;
using Hashee.Host.Transport;

namespace Hashee.Host.Tests;

public class HttpAnswerTests
{
    private const int MaximumBody = 1000;

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Name: value\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nX-Name: value\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n003;x=y\r\nllo\r\n0\r\nTrailer: a\r\n\r\n")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nx-NAME:\t value \r\nCONTENT-LENGTH: 5\r\n\r\nhello")]
    public void An_answer_may_be_split_at_every_boundary(string bytes)
    {
        for (int split = 0; split <= bytes.Length; split++)
        {
            HttpAnswer answer = Read(bytes[..split], bytes[split..]);

            Assert.Equal(200, answer.Status);
            Assert.Equal("hello", Encoding.ASCII.GetString(answer.Body));
            Assert.True(answer.TryGetHeader("x-name"u8, out ReadOnlySpan<byte> value));
            Assert.Equal("value", Encoding.ASCII.GetString(value));
            Assert.True(answer.KeepsConnection);
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")]
    public void An_answer_that_ends_early_is_recognised_wherever_it_ends(string bytes)
    {
        for (int end = 0; end < bytes.Length; end++)
        {
            Assert.Throws<ConnectionClosedException>(() => Read(bytes[..end]));
        }
    }

    [Fact]
    public void A_body_without_length_ends_with_the_stream()
    {
        HttpAnswer answer = Read("HTTP/1.1 200 OK\r\n\r\nhel", "lo");

        Assert.Equal("hello", Encoding.ASCII.GetString(answer.Body));
        Assert.False(answer.KeepsConnection);
    }

    [Theory]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n")]
    [InlineData("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n")]
    [InlineData("HTTP/1.1 202\r\nContent-Length: 0\r\n\r\n")]
    public void An_answer_may_have_no_body(string bytes)
    {
        HttpAnswer answer = Read(bytes);

        Assert.True(answer.Body.IsEmpty);
        Assert.True(answer.KeepsConnection);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", false)]
    [InlineData("HTTP/1.1 200 OK\r\nconnection: Close\r\nContent-Length: 0\r\n\r\n", false)]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", false)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: TE,\tClose\r\nContent-Length: 0\r\n\r\n", false)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n", false)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: enclose, Upgrade\r\nContent-Length: 0\r\n\r\n", true)]
    [InlineData("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n", true)]
    [InlineData("HTTP/1.0 200 OK\r\nConnection: x, keep-alive\r\nContent-Length: 0\r\n\r\n", true)]
    [InlineData("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", false)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nunasked", false)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nunasked", false)]
    public void The_connection_is_kept_only_when_it_can_be(string bytes, bool keeps) => Assert.Equal(keeps, Read(bytes).KeepsConnection);

    [Theory]
    [InlineData("garbage\r\n\r\n")]
    [InlineData("\r\n\r\n")]
    [InlineData("HTTP/2 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 20 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 2000\r\n\r\n")]
    [InlineData("HTTP/1.1 099 Low\r\n\r\n")]
    [InlineData("HTTP/1.1 -20 Low\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n: no name\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\r\n folded: c\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length : 1\r\n\r\nx")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\ng\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxx\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1 x\r\nx\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;\nx\r\nx\r\n0\r\n\r\n")]
    public void What_is_not_HTTP_is_refused(string bytes)
    {
        TransportException refused = Assert.Throws<TransportException>(() => Read(bytes));

        Assert.StartsWith("the answer is not HTTP/1.1: ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_endless_head_is_refused() =>
        Assert.Throws<TransportException>(() => Read([.. Enumerable.Repeat($"HTTP/1.1 200 OK {new string('x', 1000)}", 100)]));

    [Fact]
    public void An_endless_body_is_refused() =>
        Assert.Throws<TransportException>(() => Read(["HTTP/1.1 200 OK\r\n\r\n", .. Enumerable.Repeat(new string('x', 500), 3)]));

    [Theory]
    [InlineData("HTTP/1.1 102 Processing\r\n\r\n")]
    [InlineData("HTTP/1.1 102 Processing\r\nX: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n\r\n")]
    public void Interim_answers_without_end_are_refused(string interim) =>
        Assert.Equal("the answer is not HTTP/1.1: an endless head", Refusal("", interim));

    [Theory]
    [InlineData("X: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void A_trailer_without_end_is_refused(string field) =>
        Assert.NotNull(Refusal("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", field));

    [Fact]
    public void Chunk_extensions_without_end_are_refused() =>
        Assert.Equal(
            "the answer is not HTTP/1.1: endless chunk extensions or trailers",
            Refusal("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", $"1;{new string('x', 1000)}\r\na\r\n"));

    [Fact]
    public void A_chunk_line_without_end_is_refused() =>
        Assert.Equal(
            "the answer is not HTTP/1.1: an endless line", Refusal("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", new string('x', 1000)));

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 404 Not Found\r\n\r\n")]
    public void The_answer_to_HEAD_has_no_body_whatever_its_head_says(string bytes)
    {
        HttpAnswer answer = new(MaximumBody);
        answer.Begin(isToHead: true);
        Assert.Equal(bytes.Length, Encoding.ASCII.GetBytes(bytes, answer.Room));

        answer.Received(bytes.Length);

        Assert.True(answer.IsComplete);
        Assert.True(answer.Body.IsEmpty);
        Assert.True(answer.KeepsConnection);
    }

    [Theory]
    [InlineData("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n")]
    [InlineData("HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n")]
    public void An_answer_that_may_have_no_body_is_not_waited_for(string bytes) => Assert.True(Read(bytes).Body.IsEmpty);

    [Fact]
    public void A_body_that_is_taken_as_it_comes_needs_no_more_room_than_its_pieces()
    {
        const int pieces = 10_000;
        HttpAnswer answer = new(long.MaxValue);
        answer.Begin();
        Receive(answer, "HTTP/1.1 200 OK\r\nA: b\r\nTransfer-Encoding: chunked\r\n\r\n");
        int largestRoom = 0;
        for (int i = 0; i < pieces; i++)
        {
            // The line that comes next is already here in part.
            Receive(answer, i == 0 ? "5\r\nhello\r" : "\n5\r\nhello\r");
            Assert.Equal("hello", Encoding.ASCII.GetString(answer.Body));
            answer.Drop(5);
            largestRoom = Math.Max(largestRoom, answer.Room.Length);
        }

        Receive(answer, "\n0\r\n\r\n");
        Assert.True(answer.IsComplete);
        Assert.True(answer.TryGetHeader("a"u8, out _));
        Assert.InRange(largestRoom, 1, 8192);

        static void Receive(HttpAnswer answer, string bytes) => answer.Received(Encoding.ASCII.GetBytes(bytes, answer.Room));
    }

    [Fact]
    public void Mutated_answers_are_answers_or_refused_and_nothing_else()
    {
        string[] answers =
        [
            "HTTP/1.1 200 OK\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n003;x=y\r\nllo\r\n0\r\nTrailer: a\r\n\r\n",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\nhello",
        ];
        Random random = new(20261125);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = Encoding.ASCII.GetBytes(answers[i % answers.Length]);
            for (int changes = random.Next(1, 4); changes > 0; changes--)
            {
                bytes[random.Next(bytes.Length)] = "\r\n :;0159afxZ\0\u007f"u8[random.Next(15)];
            }

            HttpAnswer answer = new(MaximumBody);
            using Pieces connection = new([Encoding.Latin1.GetString(bytes)]);
            try
            {
                answer.Read(connection, Deadline.Never);
                Assert.InRange(answer.Status, 200, 999);
                Assert.InRange(answer.Body.Length, 0, bytes.Length);
            }
            catch (TransportException)
            {
                Assert.False(answer.IsComplete);
            }
        }
    }

    [Fact]
    public void A_second_answer_is_read_into_the_same_buffer()
    {
        HttpAnswer answer = new(MaximumBody);
        using Pieces pieces = new(
            ["HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 5\r\n\r\nhello", "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno"]);

        answer.Read(pieces, Deadline.Never);
        answer.Read(pieces, Deadline.Never);

        Assert.Equal(404, answer.Status);
        Assert.Equal("no", Encoding.ASCII.GetString(answer.Body));
        Assert.False(answer.TryGetHeader("a"u8, out _));
    }

    /// <summary>What a server is told that says the same without end; null when a million bytes of it were taken.</summary>
    private static string? Refusal(string begin, string repeated)
    {
        IEnumerable<string> endless = Enumerable.Repeat(repeated, 1_000_000 / repeated.Length).Prepend(begin);
        using Pieces connection = new(endless);
        return Assert.Throws<TransportException>(() => new HttpAnswer(MaximumBody).Read(connection, Deadline.Never)).Message;
    }

    private static HttpAnswer Read(params string[] pieces)
    {
        HttpAnswer answer = new(MaximumBody);
        using Pieces connection = new(pieces);
        answer.Read(connection, Deadline.Never);
        return answer;
    }

    /// <summary>A connection whose reads return the given pieces and never parts of two.</summary>
    private sealed class Pieces(IEnumerable<string> pieces) : Connection
    {
        private readonly Queue<byte[]> _pieces = new(pieces.Where(piece => piece.Length > 0).Select(Encoding.ASCII.GetBytes));
        private ReadOnlyMemory<byte> _rest;

        internal override bool IsIdle => true;

        internal override int Descriptor => -1;

        internal override short TryRead(Span<byte> destination, out int count)
        {
            if (_rest.IsEmpty && _pieces.TryDequeue(out byte[]? piece))
            {
                _rest = piece;
            }

            count = Math.Min(_rest.Length, destination.Length);
            _rest.Span[..count].CopyTo(destination);
            _rest = _rest[count..];
            return 0;
        }

        internal override short TryWrite(ReadOnlySpan<byte> source, out int count) => throw new NotSupportedException();

        public override void Dispose()
        {
        }
    }
}
