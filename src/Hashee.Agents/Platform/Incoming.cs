using Hashee.Protocol;

namespace Hashee.Agents.Platform;

/// <summary>An opened message and the devices that a sealed reply is for.</summary>
internal sealed record Incoming(OpenedEnvelope Envelope, IReadOnlyList<X25519PublicKey> Devices)
{
    /// <summary>The text, or null when there is none.</summary>
    public string? Text => (Envelope.Payload as TextPayload)?.Text;

    /// <summary>The message as the agent gets it.</summary>
    public Message ToMessage(ISession session, Outbox outbox, AgentLog log) => new()
    {
        Id = Envelope.MessageId,
        SenderId = Envelope.SenderId,
        CreatedAt = CreatedAt,
        Text = Text,
        Attachments = HasheeAttachments.Of(Envelope.Payload),
        Payload = Envelope.Payload,
        Conversation = new Conversation(Envelope.ConversationId, session, outbox),
        Log = log,
    };

    /// <summary>The sender's clock may say anything; what no calendar holds becomes its nearest end.</summary>
    private DateTimeOffset CreatedAt => DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(
        Envelope.CreatedUnixMilliseconds,
        DateTimeOffset.MinValue.ToUnixTimeMilliseconds(),
        DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
}
