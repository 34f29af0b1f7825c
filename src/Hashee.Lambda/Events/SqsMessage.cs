using Hashee.Aws;

namespace Hashee.Lambda;

/// <summary>One message of an <see cref="SqsEvent"/>, as far as it is used.</summary>
public sealed class SqsMessage
{
    /// <summary>The message's id, which a partial batch response names.</summary>
    public required string MessageId { get; init; }

    /// <summary>What <see cref="SqsClient.ChangeMessageVisibility"/> takes; null when the record has none.</summary>
    public string? ReceiptHandle { get; init; }

    /// <summary>The message's body.</summary>
    public required string Body { get; init; }

    /// <summary>The message group; null in a standard queue.</summary>
    public string? GroupId { get; init; }

    /// <summary>How often the message was received, this time included; 1 when the record does not say.</summary>
    public int ReceiveCount { get; init; } = 1;

    /// <summary>When it was sent, in Unix milliseconds; null when the record does not say.</summary>
    public long? SentUnixMilliseconds { get; init; }
}
