using System.Text;
using Hashee.Benchmarks.ColdStart.Services;

namespace Hashee.Benchmarks.Tests;

public sealed class HttpConnectionTests
{
    private const string Sized = "POST /a?b=c HTTP/1.1\r\nHost: x\r\nCONTENT-length:  5\r\nX-Y: one: two \r\n\r\nhello";
    private const string Chunked = "POST /d HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n3;x=y\r\nhel\r\nA\r\nlo, world!\r\n0\r\n\r\n";
    private const string Bare = "GET /e HTTP/1.1\r\n\r\n";

    [Fact]
    public void Requests_are_the_same_wherever_the_bytes_are_split()
    {
        byte[] bytes = Encoding.ASCII.GetBytes(Sized + Chunked + Bare);
        for (int split = 1; split < bytes.Length; split++)
        {
            HttpConnection connection = new(new SplitStream(bytes, split));

            HttpExchange sized = connection.Read()!;
            Assert.Equal(("POST", "/a?b=c", "hello"), (sized.Method, sized.Target, Encoding.ASCII.GetString(sized.Body)));
            Assert.Equal("one: two", sized.Header("x-y"));
            Assert.Null(sized.Header("z"));
            HttpExchange chunked = connection.Read()!;
            Assert.Equal(("POST", "/d", "hello, world!"), (chunked.Method, chunked.Target, Encoding.ASCII.GetString(chunked.Body)));
            HttpExchange bare = connection.Read()!;
            Assert.Equal(("GET", "/e", 0), (bare.Method, bare.Target, bare.Body.Length));
            Assert.Null(connection.Read());
        }
    }

    [Fact]
    public void A_body_larger_than_the_buffer_arrives_whole()
    {
        byte[] body = new byte[300_000];
        Random.Shared.NextBytes(body);
        byte[] bytes = [.. Encoding.ASCII.GetBytes($"POST / HTTP/1.1\r\nContent-Length: {body.Length}\r\n\r\n"), .. body];

        Assert.Equal(body, new HttpConnection(new SplitStream(bytes, 10_000)).Read()!.Body);
    }

    [Theory]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 7\r\n\r\nshort")]
    [InlineData("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\n")]
    public void What_is_no_whole_request_is_refused(string text)
    {
        HttpConnection connection = new(new SplitStream(Encoding.ASCII.GetBytes(text), 1));

        Assert.Throws<InvalidDataException>(connection.Read);
    }

    [Fact]
    public void A_client_that_waits_for_100_gets_it()
    {
        SplitStream stream = new(Encoding.ASCII.GetBytes("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nok"), 1000);

        Assert.NotNull(new HttpConnection(stream).Read());
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", Encoding.ASCII.GetString(stream.Written.ToArray()));
    }

    /// <summary>Hands out its bytes in parts of one size, and remembers what is written.</summary>
    private sealed class SplitStream(byte[] bytes, int size) : MemoryStream(bytes, writable: false)
    {
        public MemoryStream Written { get; } = new();

        public override bool CanWrite => true;

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, size));

        public override void Write(ReadOnlySpan<byte> buffer) => Written.Write(buffer);
    }
}
