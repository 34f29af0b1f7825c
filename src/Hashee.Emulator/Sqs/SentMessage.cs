namespace Hashee.Emulator.Sqs;

/// <summary>A send that a queue accepted.</summary>
/// <param name="Timestamp">When, as of <see cref="System.Diagnostics.Stopwatch.GetTimestamp"/>.</param>
/// <param name="QueueName">The queue that took it.</param>
/// <param name="MessageId">Of the message in the queue.</param>
/// <param name="GroupId">FIFO only.</param>
/// <param name="DeduplicationId">FIFO only, as given or computed.</param>
/// <param name="IsDuplicate">The queue had it already and kept only the first.</param>
internal sealed record SentMessage(
    long Timestamp, string QueueName, string MessageId, string? GroupId, string? DeduplicationId, bool IsDuplicate);
