using System.Buffers;
using System.Text.Json;

namespace Hashee.Lambda;

/// <summary>
/// Which messages of a batch are to be delivered again (Lambda developer guide, "Implementing partial batch responses"). Without failures
/// the whole batch is done.
/// </summary>
public static class SqsBatchResponse
{
    /// <summary>Writes the response's JSON.</summary>
    /// <param name="failedMessageIds">The messages that failed.</param>
    /// <param name="output">The invocation's response.</param>
    public static void Write(IEnumerable<string> failedMessageIds, IBufferWriter<byte> output)
    {
        using Utf8JsonWriter json = new(output);
        json.WriteStartObject();
        json.WriteStartArray("batchItemFailures"u8);
        foreach (string messageId in failedMessageIds)
        {
            json.WriteStartObject();
            json.WriteString("itemIdentifier"u8, messageId);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
