using System.Text.Json.Serialization;

namespace Hashee.Lambda;

/// <summary>What SQS itself says about a message (SQS API reference, ReceiveMessage, MessageSystemAttributeNames).</summary>
[JsonNumberHandling(JsonNumberHandling.AllowReadingFromString | JsonNumberHandling.WriteAsString)]
public sealed class SqsSystemAttributes
{
    /// <summary>How often the message was received, this time included.</summary>
    [JsonPropertyName("ApproximateReceiveCount")]
    public int ApproximateReceiveCount { get; init; }

    /// <summary>When it was first received, in Unix milliseconds.</summary>
    [JsonPropertyName("ApproximateFirstReceiveTimestamp")]
    public long ApproximateFirstReceiveTimestamp { get; init; }

    /// <summary>When it was sent, in Unix milliseconds.</summary>
    [JsonPropertyName("SentTimestamp")]
    public long SentTimestamp { get; init; }

    /// <summary>Who sent it.</summary>
    [JsonPropertyName("SenderId")]
    public string? SenderId { get; init; }

    /// <summary>The message group; null in a standard queue.</summary>
    [JsonPropertyName("MessageGroupId")]
    public string? MessageGroupId { get; init; }

    /// <summary>The deduplication id; null in a standard queue.</summary>
    [JsonPropertyName("MessageDeduplicationId")]
    public string? MessageDeduplicationId { get; init; }

    /// <summary>The message's place in its FIFO queue.</summary>
    [JsonPropertyName("SequenceNumber")]
    public string? SequenceNumber { get; init; }

    /// <summary>The X-Ray trace header of the sender.</summary>
    [JsonPropertyName("AWSTraceHeader")]
    public string? AwsTraceHeader { get; init; }
}
