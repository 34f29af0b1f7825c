namespace Hashee.Protocol;

/// <summary>What a reader found in an envelope that passed every check.</summary>
public sealed class OpenedEnvelope
{
    internal OpenedEnvelope(Envelope envelope, Payload payload, ReadOnlyMemory<byte> payloadJson)
    {
        SenderId = envelope.SenderId;
        ConversationId = envelope.ConversationId;
        MessageId = envelope.MessageId;
        CreatedUnixMilliseconds = envelope.CreatedUnixMilliseconds;
        Payload = payload;
        PayloadJson = payloadJson;
    }

    /// <summary>The sender's id: 1 to 255 bytes in UTF-8.</summary>
    public string SenderId { get; }

    /// <summary>The conversation's id: 1 to 255 bytes in UTF-8.</summary>
    public string ConversationId { get; }

    /// <summary>The message's id, chosen and signed by the sender: 1 to 255 bytes in UTF-8.</summary>
    public string MessageId { get; }

    /// <summary>When the sender's device sealed it, in Unix milliseconds; any 64-bit value.</summary>
    public long CreatedUnixMilliseconds { get; }

    /// <summary>What it says.</summary>
    public Payload Payload { get; }

    /// <summary>The payload's JSON in UTF-8, as the sender sealed it.</summary>
    public ReadOnlyMemory<byte> PayloadJson { get; }
}
