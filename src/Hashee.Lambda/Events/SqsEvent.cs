using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hashee.Host;

namespace Hashee.Lambda;

/// <summary>
/// A batch of messages as Lambda's event source mapping delivers it (Lambda developer guide, "Using Lambda with Amazon SQS").
/// </summary>
public sealed class SqsEvent
{
    /// <summary>The messages; those of one group in order.</summary>
    [JsonPropertyName("Records")]
    public required IReadOnlyList<SqsMessage> Records { get; init; }

    /// <summary>Reads an event. Unknown fields are ignored, whatever they hold and however deep.</summary>
    /// <param name="payload">The event's JSON.</param>
    /// <exception cref="ReportableException">It is not JSON, or not an event of SQS with the fields that are required here.</exception>
    public static SqsEvent Read(ReadOnlySpan<byte> payload)
    {
        SqsEvent? sqsEvent = null;
        try
        {
            sqsEvent = JsonSerializer.Deserialize(payload, SqsJson.Default.SqsEvent);
        }
        catch (JsonException)
        {
            // Its message may quote the event.
        }

        return IsComplete(sqsEvent) ? sqsEvent : throw new ReportableException("The event is not one of SQS.");
    }

    /// <summary>The serializer checks every property for null, but not the items of a list.</summary>
    private static bool IsComplete([NotNullWhen(true)] SqsEvent? sqsEvent)
    {
        foreach (SqsMessage? message in sqsEvent?.Records ?? [])
        {
            if (message is null)
            {
                return false;
            }
        }

        return sqsEvent is not null;
    }
}
