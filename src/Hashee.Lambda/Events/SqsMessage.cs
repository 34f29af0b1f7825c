using System.Text.Json.Serialization;
using Hashee.Aws;

namespace Hashee.Lambda;

/// <summary>One message of an <see cref="SqsEvent"/>.</summary>
public sealed class SqsMessage
{
    /// <summary>The message's id, which a batch item failure names.</summary>
    public required string MessageId { get; init; }

    /// <summary>What <see cref="SqsClient.ChangeMessageVisibility"/> takes.</summary>
    public required string ReceiptHandle { get; init; }

    /// <summary>The message's body.</summary>
    public required string Body { get; init; }

    /// <summary>The system attributes.</summary>
    public required SqsSystemAttributes Attributes { get; init; }

    /// <summary>The attributes that the sender gave.</summary>
    public IReadOnlyDictionary<string, SqsMessageAttributeValue>? MessageAttributes { get; init; }

    /// <summary>The body's MD5 in hex.</summary>
    public string? Md5OfBody { get; init; }

    /// <summary><c>aws:sqs</c>.</summary>
    public string? EventSource { get; init; }

    /// <summary>The queue's ARN.</summary>
    [JsonPropertyName("eventSourceARN")]
    public string? EventSourceArn { get; init; }

    /// <summary>The queue's region.</summary>
    public string? AwsRegion { get; init; }
}
