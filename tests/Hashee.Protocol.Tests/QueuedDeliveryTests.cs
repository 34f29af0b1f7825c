using System.Buffers;
using System.Text;
using Hashee.Formats;

namespace Hashee.Protocol.Tests;

public sealed class QueuedDeliveryTests
{
    [Fact]
    public void A_delivery_is_written_as_documented()
    {
        string written = Write("01HZX9T3K8", 1_778_840_651_123, """{ "type":"x" }""");

        Assert.Equal("""{"delivery_id":"01HZX9T3K8","received_at":"2026-05-15T10:24:11.123Z","event":{ "type":"x" }}""", written);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("密钥👋")]
    [InlineData("\"quoted\" and \\slashed\\")]
    [InlineData("\u0000\u0001\b\n\u001f\u007f")]
    public void A_delivery_id_is_read_as_it_was_written(string deliveryId)
    {
        string written = Write(deliveryId, 0, "{}");

        Assert.True(TryRead(written, out QueuedDelivery read, out _));
        Assert.Equal(deliveryId, read.DeliveryId);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"type":"x","y":{"event":[]}}""")]
    [InlineData("{ \t\r\n\"a\" :\"\\ud800\" }")]
    public void The_event_is_read_exactly_as_it_came(string eventJson)
    {
        Assert.True(TryRead(Write("d", 5, eventJson), out QueuedDelivery read, out _));
        Assert.Equal(eventJson, Encoding.UTF8.GetString(read.Event.Span));
        Assert.Equal(5, read.ReceivedUnixMilliseconds);
    }

    [Fact]
    public void Order_and_unknown_fields_do_not_matter()
    {
        Assert.True(TryRead(
            """{"event":{"a":1},"x":[{"event":2}],"received_at":"1970-01-01T00:00:00.001Z","delivery_id":"\u0064"}""",
            out QueuedDelivery read, out _));
        Assert.Equal("d", read.DeliveryId);
        Assert.Equal(1, read.ReceivedUnixMilliseconds);
        Assert.Equal("""{"a":1}""", Encoding.UTF8.GetString(read.Event.Span));
    }

    [Theory]
    [InlineData("", "the body is not a JSON object in UTF-8")]
    [InlineData("[]", "the body is not a JSON object in UTF-8")]
    [InlineData("{}{}", "the body is not a JSON object in UTF-8")]
    [InlineData("""{"received_at":"1970-01-01T00:00:00.001Z","event":{}}""", "`delivery_id` is missing or is not an id")]
    [InlineData("""{"delivery_id":"","received_at":"1970-01-01T00:00:00.001Z","event":{}}""", "`delivery_id` is missing or is not an id")]
    [InlineData("""{"delivery_id":"\ud800","received_at":"1970-01-01T00:00:00.001Z","event":{}}""", "`delivery_id` is missing or is not an id")]
    [InlineData("""{"delivery_id":1,"received_at":"1970-01-01T00:00:00.001Z","event":{}}""", "`delivery_id` is missing or is not an id")]
    [InlineData("""{"delivery_id":"d","event":{}}""", "`received_at` is missing or is not a time in UTC with milliseconds")]
    [InlineData("""{"delivery_id":"d","received_at":0,"event":{}}""", "`received_at` is missing or is not a time in UTC with milliseconds")]
    [InlineData("""{"delivery_id":"d","received_at":"1970-01-01T00:00:00.001Z"}""", "`event` is missing or is not an object")]
    [InlineData("""{"delivery_id":"d","received_at":"1970-01-01T00:00:00.001Z","event":"{}"}""", "`event` is missing or is not an object")]
    [InlineData("""{"delivery_id":"d","received_at":"1970-01-01T00:00:00.001Z","event":[]}""", "`event` is missing or is not an object")]
    public void A_body_that_is_not_ours_is_refused_by_the_name_of_the_field(string body, string problem)
    {
        Assert.False(TryRead(body, out _, out string? found));
        Assert.Equal(problem, found);
    }

    [Theory]
    [InlineData(0, "1970-01-01T00:00:00.000Z")]
    [InlineData(951_782_399_999, "2000-02-28T23:59:59.999Z")]
    [InlineData(951_782_400_000, "2000-02-29T00:00:00.000Z")]
    [InlineData(-62_135_596_800_000, "0001-01-01T00:00:00.000Z")]
    [InlineData(253_402_300_799_999, "9999-12-31T23:59:59.999Z")]
    public void Times_are_ISO_8601_in_UTC_with_milliseconds(long unixMilliseconds, string text)
    {
        byte[] written = new byte[UtcTimestamp.Length];
        UtcTimestamp.Write(written, DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds));

        Assert.Equal(text, Encoding.ASCII.GetString(written));
        Assert.True(UtcTimestamp.TryParse(written, out long parsed));
        Assert.Equal(unixMilliseconds, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-05-15T10:24:11Z")]
    [InlineData("2026-05-15T10:24:11.123")]
    [InlineData("2026-05-15T10:24:11.1234Z")]
    [InlineData("2026-05-15 10:24:11.123Z")]
    [InlineData("2026-05-15T10:24:11.123z")]
    [InlineData("2026-05-15T10:24:11,123Z")]
    [InlineData("+026-05-15T10:24:11.123Z")]
    [InlineData("0000-05-15T10:24:11.123Z")]
    [InlineData("2026-00-15T10:24:11.123Z")]
    [InlineData("2026-13-15T10:24:11.123Z")]
    [InlineData("2026-05-00T10:24:11.123Z")]
    [InlineData("2026-02-29T10:24:11.123Z")]
    [InlineData("2026-05-15T24:00:00.000Z")]
    [InlineData("2026-05-15T10:60:11.123Z")]
    [InlineData("2026-05-15T10:24:60.123Z")]
    public void Other_spellings_and_days_that_never_were_are_not_times(string text)
    {
        Assert.False(UtcTimestamp.TryParse(Encoding.ASCII.GetBytes(text), out _));
    }

    [Fact]
    public void A_time_outside_the_calendar_cannot_be_written()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Write("d", long.MaxValue, "{}"));
    }

    internal static string Write(string deliveryId, long receivedUnixMilliseconds, string eventJson)
    {
        byte[] id = Encoding.UTF8.GetBytes(deliveryId);
        byte[] json = Encoding.UTF8.GetBytes(eventJson);
        ArrayBufferWriter<byte> output = new();
        QueuedDelivery.Write(id, receivedUnixMilliseconds, json, output);

        Assert.Equal(QueuedDelivery.GetLength(id, json.Length), output.WrittenCount);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    internal static bool TryRead(string body, out QueuedDelivery delivery, out string? problem) =>
        QueuedDelivery.TryRead(Encoding.UTF8.GetBytes(body), out delivery, out problem);
}
