namespace Hashee.Emulator.Lambda;

/// <summary>What came of a batch.</summary>
/// <param name="RequestId">Of the invocation.</param>
/// <param name="MessageIds">The messages of the event, in order.</param>
/// <param name="FailedMessageIds">Those that stay in the queue until their visibility timeout is over.</param>
/// <param name="Reason">Why the whole batch failed; null when the function decided message by message.</param>
internal sealed record BatchRecord(
    string RequestId, IReadOnlyList<string> MessageIds, IReadOnlyList<string> FailedMessageIds, string? Reason);
