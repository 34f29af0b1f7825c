using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Hashee.Lambda.Tests;

public sealed class XRayTests : IDisposable
{
    private const string Sampled = "Root=1-6565f0a0-0123456789abcdef01234567;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a:1";

    private static readonly DateTimeOffset Start = new(2026, 11, 25, 10, 0, 0, 123, 456, TimeSpan.Zero);

    private readonly Socket _daemon = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly XRay _xRay;

    public XRayTests()
    {
        _daemon.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _daemon.ReceiveTimeout = 10_000;
        _xRay = XRay.TryOpen($"127.0.0.1:{((IPEndPoint)_daemon.LocalEndPoint!).Port}")!;
    }

    public void Dispose() => _daemon.Dispose();

    [Fact]
    public void A_part_of_a_sampled_invocation_is_a_subsegment_below_the_function()
    {
        _xRay.Begin(Sampled);
        _xRay.Send(new Subsegment("model openai:gpt-5", Start, TimeSpan.FromMilliseconds(1500.25), InputTokens: 10, OutputTokens: 3));

        string[] lines = Receive().Split('\n');
        Assert.Equal("""{"format":"json","version":1}""", lines[0]);
        JsonElement document = JsonDocument.Parse(lines[1]).RootElement;
        Assert.Equal(2, lines.Length);
        Assert.Equal("subsegment", document.GetProperty("type").GetString());
        Assert.Equal("1-6565f0a0-0123456789abcdef01234567", document.GetProperty("trace_id").GetString());
        Assert.Equal("53995c3f42cd8ad8", document.GetProperty("parent_id").GetString());
        Assert.Matches("^[0-9a-f]{16}$", document.GetProperty("id").GetString());
        Assert.Equal("model openai:gpt-5", document.GetProperty("name").GetString());
        Assert.Equal($"{Start.ToUnixTimeSeconds()}.123456", document.GetProperty("start_time").GetRawText());
        Assert.Equal($"{Start.ToUnixTimeSeconds() + 1}.623706", document.GetProperty("end_time").GetRawText());
        Assert.Equal("""{"input_tokens":10,"output_tokens":3}""", document.GetProperty("annotations").GetRawText());
        Assert.False(document.TryGetProperty("fault", out _));
    }

    [Fact]
    public void One_that_failed_says_why_and_a_name_has_only_what_X_Ray_takes()
    {
        _xRay.Begin(Sampled);
        _xRay.Send(new Subsegment($"tool \"é\"\n{new string('x', 300)}", Start, TimeSpan.Zero, "InvalidOperationException"));

        JsonElement document = JsonDocument.Parse(Receive().Split('\n')[1]).RootElement;
        Assert.True(document.GetProperty("fault").GetBoolean());
        Assert.Equal("InvalidOperationException", document.GetProperty("annotations").GetProperty("code").GetString());
        Assert.Equal($"tool ____{new string('x', 191)}", document.GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("Root=1-6565f0a0-0123456789abcdef01234567;Parent=53995c3f42cd8ad8;Sampled=0")]
    [InlineData("Root=1-6565f0a0-0123456789abcdef01234567;Parent=53995c3f42cd8ad8")]
    [InlineData("Root=1-6565f0a0-0123456789abcdef01234567;Sampled=1")]
    [InlineData("Root=1-6565f0a0\"0123456789abcdef01234567;Parent=53995c3f42cd8ad8;Sampled=1")]
    [InlineData("Root=1-6565f0a0-0123456789abcdef01234567;Parent=53995c3f42cd8ad;Sampled=1")]
    public void Nothing_is_sent_for_an_invocation_that_is_not_sampled_even_behind_one_that_was(string header)
    {
        _xRay.Begin(Sampled);
        _xRay.Begin(header);
        _xRay.Send(new Subsegment("lost", Start, TimeSpan.Zero));
        _xRay.Begin(Sampled);
        _xRay.Send(new Subsegment("next", Start, TimeSpan.Zero));

        Assert.Contains("\"next\"", Receive(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_daemon_that_is_gone_holds_nobody_up()
    {
        _daemon.Dispose();
        _xRay.Begin(Sampled);

        _xRay.Send(new Subsegment("first", Start, TimeSpan.Zero));
        _xRay.Send(new Subsegment("second, refused by the socket", Start, TimeSpan.Zero));
    }

    [Theory]
    [InlineData("127.0.0.1:2000", true)]
    [InlineData("[::1]:2000", true)]
    [InlineData("tcp:127.0.0.1:2000 udp:127.0.0.1:2001", true)]
    [InlineData("udp:127.0.0.1:2001 tcp:127.0.0.1:2000", true)]
    [InlineData("a.name:2000", false)]
    [InlineData("127.0.0.1:0x", false)]
    [InlineData("", false)]
    public void The_address_is_a_number_in_the_forms_of_the_SDKs(string address, bool isUsable) =>
        Assert.Equal(isUsable, XRay.TryOpen(address) is not null);

    private string Receive()
    {
        byte[] datagram = new byte[65536];
        return Encoding.UTF8.GetString(datagram, 0, _daemon.Receive(datagram));
    }
}
