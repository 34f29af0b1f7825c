using System.Text.Json;

namespace Hashee.Emulator.Lambda;

/// <summary>Reads which messages of a batch failed ("Implementing partial batch responses").</summary>
internal static class BatchResponse
{
    /// <summary>The failed messages that a response names.</summary>
    /// <param name="payload">The function's response. Nothing, null, an object without failures: every message succeeded.</param>
    /// <param name="messageIds">The messages of the batch.</param>
    /// <param name="failed">Those named.</param>
    /// <returns>Null, or why the response counts as the failure of the whole batch.</returns>
    public static string? Read(ReadOnlyMemory<byte> payload, IReadOnlyCollection<string> messageIds, out IReadOnlyCollection<string> failed)
    {
        failed = messageIds;
        if (payload.IsEmpty)
        {
            failed = [];
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(payload);
            JsonElement root = document.RootElement;
            HashSet<string> named = new(StringComparer.Ordinal);
            if (root.ValueKind != JsonValueKind.Null
                && root.TryGetProperty("batchItemFailures", out JsonElement failures)
                && failures.ValueKind != JsonValueKind.Null)
            {
                foreach (JsonElement failure in failures.EnumerateArray())
                {
                    string? id = failure.GetProperty("itemIdentifier").GetString();
                    if (string.IsNullOrEmpty(id) || !messageIds.Contains(id))
                    {
                        return "The response names an itemIdentifier that is not in the batch.";
                    }

                    named.Add(id);
                }
            }

            failed = named;
            return null;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return "The response is not a partial batch response.";
        }
    }
}
