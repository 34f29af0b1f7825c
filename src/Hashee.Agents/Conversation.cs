using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;

namespace Hashee.Agents;

/// <summary>
/// The conversation of one message while the agent answers that message: what was said before, a small state, and what the agent says besides the
/// text that it returns. Everything arrives in the order in which it was said. Afterwards nothing more can be said or saved.
/// </summary>
public sealed class Conversation
{
    private readonly ISession _session;
    private readonly Outbox _outbox;

    internal Conversation(string id, ISession session, Outbox outbox)
    {
        Id = id;
        _session = session;
        _outbox = outbox;
    }

    /// <summary>The conversation's id.</summary>
    public string Id { get; }

    /// <summary>Earlier turns, the oldest first; empty without a session store.</summary>
    public IReadOnlyList<Turn> History => _session.History;

    /// <summary>
    /// What this turn has said, for an agent that keeps more than its reply, such as tool calls and their results: it adds to it. At first what an earlier
    /// invocation left unfinished. When it stays empty, the message's text and the reply are kept.
    /// </summary>
    public IList<ChatMessage> Messages => _session.Messages;

    /// <summary>
    /// Whether the turn may be left unfinished with <see cref="UnfinishedTurnException"/>: a session store keeps it, and it is not the 20th time.
    /// </summary>
    public bool CanContinue => _session.CanContinue;

    /// <summary>The time until the agent has to have returned; never negative, <see cref="TimeSpan.MaxValue"/> where there is no limit.</summary>
    public TimeSpan TimeLeft => _outbox.TimeLeft;

    /// <summary>The session's files, where the store keeps any.</summary>
    internal ISessionFiles? Files => _session.Files;

    /// <summary>The conversation's state.</summary>
    /// <param name="type">Its type, from a source-generated <see cref="System.Text.Json.Serialization.JsonSerializerContext"/>.</param>
    /// <returns>What was set last, in this turn or an earlier one; the type's default when nothing was, and always without a session store.</returns>
    /// <exception cref="JsonException">What was saved is not of this type.</exception>
    public T? GetState<T>(JsonTypeInfo<T> type)
    {
        ReadOnlyMemory<byte> json = _session.State;
        return json.IsEmpty ? default : JsonSerializer.Deserialize(json.Span, type);
    }

    /// <summary>Sets the conversation's state; it is saved together with the reply, or not at all.</summary>
    /// <param name="value">The state, as JSON at most a few kilobytes.</param>
    /// <param name="type">Its type, from a source-generated <see cref="System.Text.Json.Serialization.JsonSerializerContext"/>.</param>
    /// <exception cref="ConversationException">There is no session store; the message says which variables name one.</exception>
    public void SetState<T>(T value, JsonTypeInfo<T> type)
    {
        _outbox.RequireOpen();
        _session.State = JsonSerializer.SerializeToUtf8Bytes(value, type);
    }

    /// <summary>Counts tokens that a model has used in this turn; kept with it.</summary>
    /// <param name="inputTokens">Tokens that the model has read.</param>
    /// <param name="outputTokens">Tokens that it has written.</param>
    public void AddUsage(long inputTokens, long outputTokens) => _session.AddUsage(inputTokens, outputTokens);

    /// <summary>
    /// Shows the user that the agent is at work, for about five seconds, where the channel has a sign for it. Hashee has none for agents behind
    /// a webhook: there, nothing happens. Never fails.
    /// </summary>
    /// <param name="cancellationToken">Ends the call.</param>
    public ValueTask ShowTypingAsync(CancellationToken cancellationToken) => new(_outbox.ShowTypingAsync(cancellationToken));

    /// <summary>
    /// Writes the next piece of the reply. A channel that can stream passes it on at once, others collect all pieces into one message. The text that the
    /// agent returns is the last piece.
    /// </summary>
    /// <param name="piece">Any part of a text; the pieces are joined as they are.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ConversationException">It could not be passed on.</exception>
    public ValueTask WriteAsync(string piece, CancellationToken cancellationToken) => new(_outbox.WriteAsync(piece, cancellationToken));

    /// <summary>Sends a message now, before the one that the agent returns. What has been written so far goes ahead of it, as a message of its own.</summary>
    /// <param name="text">The text; one that is too long for the channel is sent in parts. An empty one is not sent.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ConversationException">It was not sent.</exception>
    public ValueTask SendAsync(string text, CancellationToken cancellationToken) => SendAsync(text, [], cancellationToken);

    /// <summary>Sends a message with attachments now.</summary>
    /// <param name="text">The text that goes with them, or null.</param>
    /// <param name="attachments">What is sent with it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ConversationException">
    /// It was not sent: so it is always behind Hashee's door, whose protocol has no documented way to upload anything.
    /// </exception>
    public ValueTask SendAsync(string? text, IReadOnlyList<Attachment> attachments, CancellationToken cancellationToken) =>
        new(_outbox.SendAsync(text, attachments, cancellationToken));

    /// <summary>Sends a message to another conversation of the agent on the same channel, unasked.</summary>
    /// <param name="conversationId">That conversation's id.</param>
    /// <param name="text">The text; one that is too long for the channel is sent in parts. An empty one is not sent.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ConversationException">It was not sent.</exception>
    public ValueTask SendToAsync(string conversationId, string text, CancellationToken cancellationToken) =>
        new(_outbox.SendToAsync(conversationId, text, cancellationToken));
}
