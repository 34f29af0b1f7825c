namespace Hashee.Emulator.Sqs;

/// <summary>A message inside a queue: what was sent and what has happened to it since.</summary>
internal sealed class StoredMessage
{
    public required string Id { get; init; }

    public required OutgoingMessage Content { get; set; }

    public required string Md5OfBody { get; init; }

    public required string? Md5OfAttributes { get; init; }

    public required DateTimeOffset SentAt { get; init; }

    /// <summary>From when on retention counts: a move between FIFO queues starts it again.</summary>
    public required DateTimeOffset EnqueuedAt { get; set; }

    public required string? SequenceNumber { get; set; }

    /// <summary>Until then the message is delayed or in flight.</summary>
    public required DateTimeOffset VisibleAt { get; set; }

    public int ReceiveCount { get; set; }

    public DateTimeOffset? FirstReceivedAt { get; set; }

    public DateTimeOffset LastReceivedAt { get; set; }

    /// <summary>Whether the wait for <see cref="VisibleAt"/> comes from a receive; otherwise from the delay of the send.</summary>
    public bool WasReceivedHere { get; set; }

    public string? DeadLetterQueueSourceArn { get; set; }
}
