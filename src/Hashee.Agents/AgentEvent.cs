namespace Hashee.Agents;

/// <summary>Something that happened and is not a message, such as <c>relation.established</c>.</summary>
public sealed class AgentEvent
{
    private readonly Outbox _outbox;

    internal AgentEvent(Outbox outbox) => _outbox = outbox;

    /// <summary>The event's type; may be one that is not documented.</summary>
    public required string Type { get; init; }

    /// <summary>The conversation that the event is about, where it names one.</summary>
    public string? ConversationId { get; init; }

    /// <summary>The whole event in UTF-8, exactly as it came.</summary>
    public ReadOnlyMemory<byte> Json { get; init; }

    /// <summary>The function's log; each record names the event's delivery.</summary>
    public AgentLog Log { get; internal init; } = new(null);

    /// <summary>Sends a message to a conversation of the agent, unasked.</summary>
    /// <param name="conversationId">The conversation's id.</param>
    /// <param name="text">The text; one that is too long for the channel is sent in parts. An empty one is not sent.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ConversationException">It was not sent.</exception>
    public ValueTask SendToAsync(string conversationId, string text, CancellationToken cancellationToken) =>
        new(_outbox.SendToAsync(conversationId, text, cancellationToken));

    /// <summary>The event's type, nothing of what it holds.</summary>
    public override string ToString() => $"event {Type}";
}
