using System.Text;

namespace Hashee.Protocol.Tests;

public sealed class WebhookHeadersTests
{
    private const string Signature = "00112233445566778899aabbccddeeffFFEEDDCCBBAA99887766554433221100";

    public static TheoryData<string> GoodIds { get; } =
    [
        "d", "01906abc-0000-7000-8000-000000000001", "a b", "\"quoted\\\"", "密钥👋", new string('x', 512), Repeat("👋", 512), "\uFFFD",
    ];

    public static TheoryData<string> BadIds { get; } =
    [
        "", "a,b", ",", "a\nb", "a\0", "\u007f", "\u0085", "\uFFFE", "a\uFFFFb", new string('x', 513), Repeat("👋", 513),
    ];

    [Fact]
    public void Four_well_formed_headers_are_views_of_the_values()
    {
        Assert.True(TryParse(Signature, "1763600000", "delivery", "agent", out WebhookHeaders headers, out string? malformed));
        Assert.Null(malformed);
        Assert.Equal(Signature, Encoding.ASCII.GetString(headers.Signature));
        Assert.Equal("1763600000", Encoding.ASCII.GetString(headers.Timestamp));
        Assert.Equal(1_763_600_000, headers.TimestampSeconds);
        Assert.Equal("delivery", Encoding.ASCII.GetString(headers.DeliveryId));
        Assert.Equal("agent", Encoding.ASCII.GetString(headers.AgentId));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("00112233445566778899aabbccddeeffFFEEDDCCBBAA9988776655443322110")]
    [InlineData("00112233445566778899aabbccddeeffFFEEDDCCBBAA998877665544332211000")]
    [InlineData("g0112233445566778899aabbccddeeffFFEEDDCCBBAA99887766554433221100")]
    [InlineData(" 0112233445566778899aabbccddeeffFFEEDDCCBBAA99887766554433221100")]
    [InlineData("sha256=0112233445566778899aabbccddeeffFFEEDDCCBBAA99887766554433")]
    [InlineData("\u00e90112233445566778899aabbccddeeffFFEEDDCCBBAA9988776655443322110")]
    public void A_signature_is_64_hex_digits(string signature)
    {
        Assert.False(TryParse(signature, "0", "d", "a", out _, out string? malformed));
        Assert.Equal("X-Hashee-Signature", malformed);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("007", 7)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("000000000000000000000009223372036854775807", long.MaxValue)]
    public void A_time_stamp_is_decimal_digits(string timestamp, long seconds)
    {
        Assert.True(TryParse(Signature, timestamp, "d", "a", out WebhookHeaders headers, out _));
        Assert.Equal(seconds, headers.TimestampSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1.0")]
    [InlineData("0x1")]
    [InlineData("1,1")]
    [InlineData("١")]
    [InlineData("9223372036854775808")]
    [InlineData("18446744073709551616")]
    [InlineData("99999999999999999999999999999999999")]
    public void A_time_stamp_is_nothing_else(string timestamp)
    {
        Assert.False(TryParse(Signature, timestamp, "d", "a", out _, out string? malformed));
        Assert.Equal("X-Hashee-Timestamp", malformed);
    }

    [Theory]
    [MemberData(nameof(GoodIds))]
    public void An_id_has_1_to_512_characters(string id)
    {
        Assert.True(TryParse(Signature, "0", id, id, out WebhookHeaders headers, out _));
        Assert.Equal(id, Encoding.UTF8.GetString(headers.DeliveryId));
        Assert.Equal(id, Encoding.UTF8.GetString(headers.AgentId));
    }

    [Theory]
    [MemberData(nameof(BadIds))]
    public void An_id_has_no_comma_no_control_character_and_none_that_a_queue_alters(string id)
    {
        Assert.False(TryParse(Signature, "0", id, "a", out _, out string? malformed));
        Assert.Equal("X-Hashee-Delivery-Id", malformed);
        Assert.False(TryParse(Signature, "0", "d", id, out _, out malformed));
        Assert.Equal("X-Hashee-Agent-Id", malformed);
    }

    [Theory]
    [InlineData(new byte[] { 0x80 })]
    [InlineData(new byte[] { 0xC0, 0x80 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xF4, 0x90, 0x80, 0x80 })]
    public void An_id_is_valid_UTF_8(byte[] id)
    {
        Assert.False(WebhookHeaders.TryParse(Encoding.ASCII.GetBytes(Signature), "0"u8, id, "a"u8, out _, out string? malformed));
        Assert.Equal("X-Hashee-Delivery-Id", malformed);
    }

    [Fact]
    public void The_first_malformed_header_is_named()
    {
        TryParse("", "", "", "", out _, out string? first);
        TryParse(Signature, "", "", "", out _, out string? second);
        TryParse(Signature, "0", "", "", out _, out string? third);
        TryParse(Signature, "0", "d", "", out _, out string? fourth);

        Assert.Equal("X-Hashee-Signature", first);
        Assert.Equal("X-Hashee-Timestamp", second);
        Assert.Equal("X-Hashee-Delivery-Id", third);
        Assert.Equal("X-Hashee-Agent-Id", fourth);
    }

    private static bool TryParse(
        string signature, string timestamp, string deliveryId, string agentId, out WebhookHeaders headers, out string? malformed) =>
        WebhookHeaders.TryParse(
            Encoding.UTF8.GetBytes(signature), Encoding.UTF8.GetBytes(timestamp),
            Encoding.UTF8.GetBytes(deliveryId), Encoding.UTF8.GetBytes(agentId), out headers, out malformed);

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}
