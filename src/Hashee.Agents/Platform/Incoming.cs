using Hashee.Protocol;

namespace Hashee.Agents.Platform;

/// <summary>An opened message and the devices that a sealed reply is for.</summary>
internal sealed record Incoming(OpenedEnvelope Envelope, IReadOnlyList<X25519PublicKey> Devices)
{
    /// <summary>The message as the agent gets it.</summary>
    public Message ToMessage(Outbox outbox, AgentLog log) => new()
    {
        Id = Envelope.MessageId,
        SenderId = Envelope.SenderId,
        CreatedAt = CreatedAt,
        Text = (Envelope.Payload as TextPayload)?.Text,
        Attachments = HasheeAttachments.Of(Envelope.Payload),
        Payload = Envelope.Payload,
        Conversation = new Conversation(Envelope.ConversationId, new NoSession(), outbox),
        Log = log,
    };

    /// <summary>The sender's clock may say anything; what no calendar holds becomes its nearest end.</summary>
    private DateTimeOffset CreatedAt => DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(
        Envelope.CreatedUnixMilliseconds,
        DateTimeOffset.MinValue.ToUnixTimeMilliseconds(),
        DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
}
