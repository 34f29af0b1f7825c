using System.Buffers;
using System.Text.Json;

namespace Hashee.Lambda;

/// <summary>
/// Which messages of a batch are to be delivered again (Lambda developer guide, "Implementing partial batch responses"). Without failures
/// the whole batch is done.
/// </summary>
/// <param name="BatchItemFailures">The failed messages.</param>
public sealed record SqsBatchResponse(IReadOnlyList<SqsBatchItemFailure> BatchItemFailures)
{
    /// <summary>Writes the response's JSON.</summary>
    /// <param name="output">The invocation's response.</param>
    public void WriteTo(IBufferWriter<byte> output)
    {
        using Utf8JsonWriter writer = new(output);
        JsonSerializer.Serialize(writer, this, SqsJson.Default.SqsBatchResponse);
    }
}
