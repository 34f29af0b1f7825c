using Hashee.Protocol;

namespace Hashee.Agents;

/// <summary>
/// One message to the agent. Behind Hashee's door it is decrypted, and its sender's signature verified (unless HASHEE_SENDER_SIGNATURE is <c>off</c>).
/// All of it has a default, so that a test of an agent makes one of a text alone.
/// </summary>
public sealed class Message
{
    /// <summary>The message's id: the same however often it is tried.</summary>
    public string Id { get; init; } = "";

    /// <summary>The user who sent it.</summary>
    public string SenderId { get; init; } = "";

    /// <summary>When it was sent, by the sender's clock.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The text, or null when there is none.</summary>
    public string? Text { get; init; }

    /// <summary>Images, recordings and files that came with it.</summary>
    public IReadOnlyList<Attachment> Attachments { get; init; } = [];

    /// <summary>What Hashee's envelope held, for what only Hashee has (artifacts, notices of the platform); null behind other doors.</summary>
    public Payload? Payload { get; init; }

    /// <summary>Where the message came from, with all that belongs to it: history, state, and ways to answer with more than one text.</summary>
    public Conversation Conversation
    {
        get => field ??= new Conversation("", new NoSession(), Outbox.ToNobody());
        internal init;
    }

    /// <summary>The function's log; each record names the message, and none has its text unless the agent puts it there.</summary>
    public AgentLog Log { get; internal init; } = new(null);

    /// <summary>The message's ids, never what it says.</summary>
    public override string ToString() => $"message {Id} of conversation {Conversation.Id}";
}
