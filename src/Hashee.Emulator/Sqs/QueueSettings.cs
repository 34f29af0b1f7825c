namespace Hashee.Emulator.Sqs;

/// <summary>The attributes of a queue that its owner chooses, with the defaults of SQS. Whether it is FIFO is said by its name.</summary>
internal sealed record QueueSettings
{
    /// <summary>0 s to 12 h.</summary>
    public TimeSpan VisibilityTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>0 s to 15 min.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>1 min to 14 days.</summary>
    public TimeSpan MessageRetentionPeriod { get; init; } = TimeSpan.FromDays(4);

    /// <summary>0 s to 20 s, for receives that do not say how long they wait.</summary>
    public TimeSpan ReceiveMessageWaitTime { get; init; }

    /// <summary>1,024 to 1,048,576 bytes, message attributes included.</summary>
    public int MaximumMessageSize { get; init; } = 1_048_576;

    /// <summary>FIFO: the SHA-256 of the body stands in for a missing deduplication id.</summary>
    public bool ContentBasedDeduplication { get; init; }

    /// <summary>FIFO: where a deduplication id has to be unique.</summary>
    public DeduplicationScope DeduplicationScope { get; init; }

    /// <summary>FIFO: what the quota counts; <see cref="FifoThroughputLimit.PerMessageGroupId"/> needs the group's deduplication scope.</summary>
    public FifoThroughputLimit FifoThroughputLimit { get; init; }

    /// <summary>Encryption at rest with keys of SQS; kept and shown, changes nothing here.</summary>
    public bool SqsManagedSseEnabled { get; init; } = true;

    /// <summary>Where messages go that were received too often; null keeps them.</summary>
    public RedrivePolicy? RedrivePolicy { get; init; }

    /// <summary>Refuses what SQS would refuse.</summary>
    /// <param name="fifo">Whether these are the settings of a FIFO queue.</param>
    /// <exception cref="SqsException">InvalidAttributeName, InvalidAttributeValue or InvalidParameterValue, with the attribute's name.</exception>
    public void Check(bool fifo)
    {
        CheckSeconds(VisibilityTimeout, 0, 43_200, nameof(VisibilityTimeout));
        CheckSeconds(Delay, 0, 900, "DelaySeconds");
        CheckSeconds(MessageRetentionPeriod, 60, 1_209_600, nameof(MessageRetentionPeriod));
        CheckSeconds(ReceiveMessageWaitTime, 0, 20, "ReceiveMessageWaitTimeSeconds");
        if (MaximumMessageSize is < 1_024 or > 1_048_576)
        {
            throw SqsException.InvalidAttributeValue(nameof(MaximumMessageSize));
        }

        if (!fifo && (ContentBasedDeduplication || DeduplicationScope != default || FifoThroughputLimit != default))
        {
            throw SqsException.InvalidAttributeName("ContentBasedDeduplication, DeduplicationScope or FifoThroughputLimit");
        }

        if (FifoThroughputLimit == FifoThroughputLimit.PerMessageGroupId && DeduplicationScope != DeduplicationScope.MessageGroup)
        {
            throw SqsException.InvalidAttributeValue(nameof(FifoThroughputLimit));
        }

        if (RedrivePolicy is { MaxReceiveCount: < 1 or > 1_000 } policy)
        {
            throw SqsException.InvalidParameterValue(
                nameof(RedrivePolicy), policy.MaxReceiveCount, "Invalid value for maxReceiveCount, must be between 1 and 1000.");
        }
    }

    private static void CheckSeconds(TimeSpan value, int least, int most, string name)
    {
        if (value < TimeSpan.FromSeconds(least) || value > TimeSpan.FromSeconds(most))
        {
            throw SqsException.InvalidAttributeValue(name);
        }
    }
}
