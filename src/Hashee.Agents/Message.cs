using Hashee.Protocol;

namespace Hashee.Agents;

/// <summary>One message to the agent, decrypted, its sender's signature verified (unless HASHEE_SENDER_SIGNATURE is <c>off</c>).</summary>
/// <param name="ConversationId">The conversation to answer in.</param>
/// <param name="SenderId">The user who sent it.</param>
/// <param name="MessageId">The sender's id of the message.</param>
/// <param name="DeliveryId">The webhook delivery that brought it: the same for every retry.</param>
/// <param name="CreatedAt">When the sender's device sealed it.</param>
/// <param name="Payload">What it says.</param>
public sealed record Message(
    string ConversationId, string SenderId, string MessageId, string DeliveryId, DateTimeOffset CreatedAt, Payload Payload)
{
    /// <summary>The text, or null when the payload is not a text.</summary>
    public string? Text => (Payload as TextPayload)?.Text;

    /// <summary>The message's ids, never what it says.</summary>
    public override string ToString() => $"message {MessageId} of conversation {ConversationId}";
}
