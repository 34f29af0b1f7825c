namespace Hashee.Emulator.Sqs;

/// <summary>What a sender hands to a queue.</summary>
/// <param name="Body">The text of the message.</param>
internal sealed record OutgoingMessage(string Body)
{
    /// <summary>Required for FIFO queues.</summary>
    public string? GroupId { get; init; }

    /// <summary>Required for FIFO queues without content-based deduplication.</summary>
    public string? DeduplicationId { get; init; }

    /// <summary>Overrides the delay of a standard queue; refused by FIFO queues.</summary>
    public TimeSpan? Delay { get; init; }

    public IReadOnlyDictionary<string, MessageAttribute> Attributes { get; init; } = new Dictionary<string, MessageAttribute>();

    /// <summary>The system attribute <c>AWSTraceHeader</c>.</summary>
    public string? TraceHeader { get; init; }
}
