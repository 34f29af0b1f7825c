using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hashee.Lambda;

/// <summary>A batch of messages as Lambda's event source mapping delivers it (Lambda developer guide, "Using Lambda with Amazon SQS").</summary>
public sealed class SqsEvent
{
    /// <summary>The messages; those of one group in order.</summary>
    [JsonPropertyName("Records")]
    public required IReadOnlyList<SqsRecord> Records { get; init; }

    /// <summary>Reads an event. Unknown fields are ignored, whatever they hold and however deep.</summary>
    /// <param name="payload">The event's JSON.</param>
    /// <param name="sqsEvent">The event.</param>
    /// <returns>False when it is not JSON, or not an event of SQS with the fields that are required here.</returns>
    public static bool TryRead(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out SqsEvent? sqsEvent)
    {
        try
        {
            sqsEvent = JsonSerializer.Deserialize(payload, SqsJson.Default.SqsEvent);
            return sqsEvent is not null && !sqsEvent.Records.Contains(null!);
        }
        catch (JsonException)
        {
            sqsEvent = null;
            return false;
        }
    }
}
