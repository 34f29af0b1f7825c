namespace Hashee.Agents;

/// <summary>One message as a channel takes it.</summary>
/// <param name="Key">Names it, however often it is sent.</param>
/// <param name="ConversationId">Where it goes.</param>
/// <param name="Text">Its text, within the channel's limit; null when it has none.</param>
/// <param name="Attachments">What goes with it.</param>
internal sealed record Outgoing(MessageKey Key, string ConversationId, string? Text, IReadOnlyList<Attachment> Attachments)
{
    /// <summary>Where it goes, never what it says.</summary>
    public override string ToString() => $"message to conversation {ConversationId}";
}
