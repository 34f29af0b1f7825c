using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Hashee.Formats;

namespace Hashee.Protocol;

/// <summary>What rests in the queue between webhook and worker: <c>{"delivery_id":…,"received_at":…,"event":…}</c>, the event
/// exactly as it came and still sealed.</summary>
/// <param name="DeliveryId">The id of the webhook delivery; never empty.</param>
/// <param name="ReceivedUnixMilliseconds">When the webhook received it, in Unix milliseconds.</param>
/// <param name="Event">The event's bytes: one JSON object, for <see cref="WebhookEvent.TryRead"/>.</param>
public readonly record struct QueuedDelivery(string DeliveryId, long ReceivedUnixMilliseconds, ReadOnlyMemory<byte> Event)
{
    private static ReadOnlySpan<byte> BeforeDeliveryId => "{\"delivery_id\":\""u8;

    private static ReadOnlySpan<byte> BeforeReceivedAt => "\",\"received_at\":\""u8;

    private static ReadOnlySpan<byte> BeforeEvent => "\",\"event\":"u8;

    private static ReadOnlySpan<byte> AfterEvent => "}"u8;

    /// <summary>The exact number of bytes that <see cref="Write"/> writes.</summary>
    /// <param name="deliveryId">The delivery's id in UTF-8.</param>
    /// <param name="eventLength">The event's length in bytes.</param>
    public static long GetLength(ReadOnlySpan<byte> deliveryId, int eventLength)
    {
        int fixedLength = BeforeDeliveryId.Length + BeforeReceivedAt.Length + BeforeEvent.Length + AfterEvent.Length + UtcTimestamp.Length;
        return fixedLength + JsonText.GetEscapedLength(deliveryId) + eventLength;
    }

    /// <summary>Writes a queue message's body.</summary>
    /// <param name="deliveryId">The delivery's id in valid UTF-8.</param>
    /// <param name="receivedUnixMilliseconds">When it was received, in Unix milliseconds.</param>
    /// <param name="eventJson">The event: one JSON object, copied as it is.</param>
    /// <param name="output">Receives the body.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time lies outside the years 1 to 9999.</exception>
    public static void Write(
        ReadOnlySpan<byte> deliveryId, long receivedUnixMilliseconds, ReadOnlySpan<byte> eventJson, IBufferWriter<byte> output)
    {
        Span<byte> receivedAt = stackalloc byte[UtcTimestamp.Length];
        UtcTimestamp.Write(receivedAt, DateTimeOffset.FromUnixTimeMilliseconds(receivedUnixMilliseconds));
        output.Write(BeforeDeliveryId);
        JsonText.WriteEscaped(output, deliveryId);
        output.Write(BeforeReceivedAt);
        output.Write(receivedAt);
        output.Write(BeforeEvent);
        output.Write(eventJson);
        output.Write(AfterEvent);
    }

    /// <summary>Reads a queue message's body. The event is a view of it.</summary>
    /// <param name="body">The body in UTF-8.</param>
    /// <param name="delivery">The delivery.</param>
    /// <param name="problem">What is wrong, naming the field, without a value.</param>
    public static bool TryRead(ReadOnlyMemory<byte> body, out QueuedDelivery delivery, [NotNullWhen(false)] out string? problem)
    {
        delivery = default;
        ReadOnlySpan<byte> json = body.Span;
        Span<JsonField> fields = stackalloc JsonField[3];
        if (!UnicodeText.IsTransportable(json) || !JsonField.TryFind(json, ["delivery_id", "received_at", "event"], fields))
        {
            problem = "the body is not a JSON object in UTF-8";
        }
        else if (fields[0].AsString(json) is not { Length: > 0 } id)
        {
            problem = "`delivery_id` is missing or is not an id";
        }
        else if (!fields[1].IsString || !UtcTimestamp.TryParse(fields[1].Raw(json), out long received))
        {
            problem = "`received_at` is missing or is not a time in UTC with milliseconds";
        }
        else if (!fields[2].IsObject)
        {
            problem = "`event` is missing or is not an object";
        }
        else
        {
            delivery = new QueuedDelivery(id, received, fields[2].Raw(body));
            problem = null;
        }

        return problem is null;
    }
}
