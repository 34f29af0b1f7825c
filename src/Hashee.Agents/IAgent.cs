using Hashee.Protocol;

namespace Hashee.Agents;

/// <summary>
/// What answers: the one type a user of this product writes. An instance lives as long as its function instance and is
/// called for several conversations at the same time, but never for two messages of one conversation, unless a method goes on
/// after its token has ended: it is then left behind, and the message is tried again.
/// </summary>
public interface IAgent
{
    /// <summary>Answers one message.</summary>
    /// <param name="message">The message; <see cref="Message.Text"/> is null for images, files and other payloads.</param>
    /// <param name="cancellationToken">Ends one second before the function's deadline.</param>
    /// <returns>The reply's text, or null (or an empty text) for no reply.</returns>
    /// <remarks>
    /// An exception leaves the message in the queue, and it is tried again later: a method that does something besides
    /// answering should expect to see the same <see cref="Message.MessageId"/> more than once.
    /// </remarks>
    ValueTask<string?> ReplyAsync(Message message, CancellationToken cancellationToken);

    /// <summary>Takes note of an event that is not a message, such as <c>relation.established</c>. Does nothing by default.</summary>
    /// <param name="hasheeEvent">The event as Hashee sent it.</param>
    /// <param name="cancellationToken">Ends one second before the function's deadline.</param>
    ValueTask OnEventAsync(HasheeEvent hasheeEvent, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
