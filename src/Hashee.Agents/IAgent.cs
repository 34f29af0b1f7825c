using Hashee.Host;

namespace Hashee.Agents;

/// <summary>
/// What answers: the one type a user of this product writes. An instance lives as long as its function instance and is
/// called for several conversations at the same time, but never for two messages of one conversation, unless a method goes on
/// after its token has ended: it is then left behind, and the message is tried again.
/// </summary>
public interface IAgent
{
    /// <summary>Answers one message. Returning a text is enough; what else an agent may want is in <see cref="Message.Conversation"/>.</summary>
    /// <param name="message">The message; <see cref="Message.Text"/> is null for images, files and other payloads without one.</param>
    /// <param name="cancellationToken">Ends one second before the function's deadline.</param>
    /// <returns>The reply's text, or null (or an empty text) for no reply.</returns>
    /// <remarks>
    /// An exception leaves the message in the queue, and it is tried again later: a method that does something besides
    /// answering should expect to see the same <see cref="Message.Id"/> more than once. What it sends bears an id that is made of the message's and
    /// of its place in the order, so that a second try sends nothing twice.
    /// </remarks>
    ValueTask<string?> ReplyAsync(Message message, CancellationToken cancellationToken);

    /// <summary>Takes note of an event that is not a message, such as <c>relation.established</c>. Does nothing by default.</summary>
    /// <param name="agentEvent">The event.</param>
    /// <param name="cancellationToken">Ends one second before the function's deadline.</param>
    ValueTask OnEventAsync(AgentEvent agentEvent, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>
    /// Says what the user gets when a message has failed for good: it has been tried as often and as long as is allowed, and lies in the dead-letter queue.
    /// By default one short sentence. Nobody is asked when the conversation itself is over.
    /// </summary>
    /// <param name="message">The message that gets no reply.</param>
    /// <param name="failure">Why the last try failed.</param>
    /// <param name="cancellationToken">Ends with the little time that is left of the invocation.</param>
    /// <returns>The apology, or null (or an empty text) for none. When this throws, there is none.</returns>
    ValueTask<string?> ApologizeAsync(Message message, Failure failure, CancellationToken cancellationToken) =>
        ValueTask.FromResult<string?>("Sorry, something went wrong and I cannot answer this message. Please try again later.");
}
