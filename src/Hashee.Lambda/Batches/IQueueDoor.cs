using Hashee.Host;

namespace Hashee.Lambda;

/// <summary>
/// What a function does with the messages of a queue. Messages of different groups are processed at the same time, those of one group one
/// after the other. Whatever is thrown counts as the message's own failure.
/// </summary>
public interface IQueueDoor
{
    /// <summary>The handler that asks for this door and what it takes, for an error that says what else has come.</summary>
    string Name { get; }

    /// <summary>Whether the body of a message is for this door, as far as its form tells.</summary>
    bool Takes(string body);

    /// <summary>Processes one message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="limit">By when everything should be done; a second before Lambda ends the invocation.</param>
    /// <returns>What became of it. No value that is left undecided counts as done.</returns>
    Task<RecordResult> ProcessAsync(SqsMessage message, TimeLimit limit);

    /// <summary>Told that a message was set aside because it failed for good. Does nothing by default.</summary>
    /// <param name="message">The message.</param>
    /// <param name="failure">Its last failure.</param>
    /// <param name="limit">By when everything has to be done.</param>
    Task GaveUpAsync(SqsMessage message, Failure failure, TimeLimit limit) => Task.CompletedTask;
}
