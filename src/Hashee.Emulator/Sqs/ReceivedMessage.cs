using System.Globalization;

namespace Hashee.Emulator.Sqs;

/// <summary>A message as one receive hands it out.</summary>
internal sealed record ReceivedMessage
{
    public required string MessageId { get; init; }

    /// <summary>Good for this receive only.</summary>
    public required string ReceiptHandle { get; init; }

    public required string Body { get; init; }

    public required string Md5OfBody { get; init; }

    public required IReadOnlyDictionary<string, MessageAttribute> Attributes { get; init; }

    public string? Md5OfAttributes { get; init; }

    public string? GroupId { get; init; }

    public string? DeduplicationId { get; init; }

    public string? SequenceNumber { get; init; }

    public string? TraceHeader { get; init; }

    /// <summary>The queue that gave up on this message, when it came by redrive.</summary>
    public string? DeadLetterQueueSourceArn { get; init; }

    public required string SenderId { get; init; }

    public required DateTimeOffset SentAt { get; init; }

    public required DateTimeOffset FirstReceivedAt { get; init; }

    /// <summary>This receive included.</summary>
    public required int ReceiveCount { get; init; }

    /// <summary>The system attributes by their SQS names; times are Unix milliseconds in decimal.</summary>
    public IEnumerable<KeyValuePair<string, string>> SystemAttributes()
    {
        yield return new("ApproximateReceiveCount", ReceiveCount.ToString(CultureInfo.InvariantCulture));
        if (TraceHeader is not null)
        {
            yield return new("AWSTraceHeader", TraceHeader);
        }

        yield return new("SentTimestamp", Milliseconds(SentAt));
        if (SequenceNumber is not null)
        {
            yield return new("SequenceNumber", SequenceNumber);
        }

        if (GroupId is not null)
        {
            yield return new("MessageGroupId", GroupId);
        }

        yield return new("SenderId", SenderId);
        if (DeduplicationId is not null)
        {
            yield return new("MessageDeduplicationId", DeduplicationId);
        }

        yield return new("ApproximateFirstReceiveTimestamp", Milliseconds(FirstReceivedAt));
        if (DeadLetterQueueSourceArn is not null)
        {
            yield return new("DeadLetterQueueSourceArn", DeadLetterQueueSourceArn);
        }
    }

    private static string Milliseconds(DateTimeOffset time) =>
        time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
}
