using System.Diagnostics.CodeAnalysis;
using System.Text;
using Hashee.Formats;

namespace Hashee.Protocol;

/// <summary>The four headers of a webhook call, well-formed but not yet verified. Views of the caller's bytes.</summary>
public readonly ref struct WebhookHeaders
{
    /// <summary>Carries the signature: 64 hex digits of either case.</summary>
    public const string SignatureName = "X-Hashee-Signature";

    /// <summary>Carries the time of the call in Unix seconds, ASCII digits.</summary>
    public const string TimestampName = "X-Hashee-Timestamp";

    /// <summary>Carries the id of the delivery, the same for every retry.</summary>
    public const string DeliveryIdName = "X-Hashee-Delivery-Id";

    /// <summary>Carries the id of the agent that is called.</summary>
    public const string AgentIdName = "X-Hashee-Agent-Id";

    /// <summary>The largest number of characters (Unicode scalar values) in an id.</summary>
    public const int MaxIdLength = 512;

    private WebhookHeaders(
        ReadOnlySpan<byte> signature, ReadOnlySpan<byte> timestamp, long timestampSeconds,
        ReadOnlySpan<byte> deliveryId, ReadOnlySpan<byte> agentId)
    {
        Signature = signature;
        Timestamp = timestamp;
        TimestampSeconds = timestampSeconds;
        DeliveryId = deliveryId;
        AgentId = agentId;
    }

    /// <summary>The signature: 64 hex digits of either case.</summary>
    public ReadOnlySpan<byte> Signature { get; }

    /// <summary>The time stamp's digits as they came, which is how they are signed.</summary>
    public ReadOnlySpan<byte> Timestamp { get; }

    /// <summary>The time stamp in Unix seconds; never negative.</summary>
    public long TimestampSeconds { get; }

    /// <summary>The delivery's id in UTF-8: 1 to 512 characters, no control character, no comma.</summary>
    public ReadOnlySpan<byte> DeliveryId { get; }

    /// <summary>The agent's id in UTF-8: 1 to 512 characters, no control character, no comma.</summary>
    public ReadOnlySpan<byte> AgentId { get; }

    /// <summary>Checks the form of the four header values; an absent header is an empty one. A header that was repeated arrives joined by
    /// commas, and no value has one.</summary>
    /// <param name="signature">The value of <see cref="SignatureName"/>.</param>
    /// <param name="timestamp">The value of <see cref="TimestampName"/>.</param>
    /// <param name="deliveryId">The value of <see cref="DeliveryIdName"/>.</param>
    /// <param name="agentId">The value of <see cref="AgentIdName"/>.</param>
    /// <param name="headers">The headers, when all four are well-formed.</param>
    /// <param name="malformedHeader">The name of the first header that is not well-formed.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> signature, ReadOnlySpan<byte> timestamp, ReadOnlySpan<byte> deliveryId, ReadOnlySpan<byte> agentId,
        out WebhookHeaders headers, [NotNullWhen(false)] out string? malformedHeader)
    {
        bool isTimestamp = Digits.TryParse(timestamp, out long seconds);
        Span<byte> code = stackalloc byte[HmacSha256.Size];
        malformedHeader = !WebhookSignature.TryDecode(signature, code) ? SignatureName
            : !isTimestamp ? TimestampName
            : !IsId(deliveryId) ? DeliveryIdName
            : !IsId(agentId) ? AgentIdName
            : null;
        headers = malformedHeader is null ? new WebhookHeaders(signature, timestamp, seconds, deliveryId, agentId) : default;
        return malformedHeader is null;
    }

    /// <summary>Whether a text can be a delivery's or an agent's id: 1 to 512 characters, no control character, no comma, and nothing that a queue
    /// would alter.</summary>
    /// <param name="value">The text in UTF-8.</param>
    public static bool IsId(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || value.Contains((byte)',') || !UnicodeText.IsTransportable(value))
        {
            return false;
        }

        int characters = 0;
        while (!value.IsEmpty)
        {
            Rune.DecodeFromUtf8(value, out Rune character, out int length);
            if (Rune.IsControl(character) || ++characters > MaxIdLength)
            {
                return false;
            }

            value = value[length..];
        }

        return true;
    }
}
