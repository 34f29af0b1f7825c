using System.Text.Json;
using Hashee.Formats;
using Hashee.Host;
using Hashee.Host.Transport;

namespace Hashee.Aws;

/// <summary>A service that speaks AWS JSON, for callers that wait without a thread.</summary>
/// <param name="client">The connections.</param>
/// <param name="targetPrefix">What stands in front of an operation in X-Amz-Target, with its period.</param>
/// <param name="version">1.0 or 1.1, as the service has it.</param>
internal sealed class AwsJsonService(AwsClient client, string targetPrefix, string version) : IDisposable
{
    private const int LargestAnswer = 8 * 1024 * 1024;

    /// <inheritdoc cref="AwsClient.Connect"/>
    internal void Connect(TimeSpan limit) => client.Connect(limit);

    /// <summary>Makes a call. The body of an answer that is accepted is a JSON object, and its checksum right where it has one.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="request">Its JSON.</param>
    /// <param name="isRepeatable">Whether the service cannot take it twice, or it does no harm.</param>
    /// <param name="limit">Bounds all tries together.</param>
    internal ValueTask<AwsReply> CallAsync(string operation, ByteBuffer request, bool isRepeatable, TimeLimit limit) => client.SendAsync(
        new AwsCall("POST", "/")
        {
            Body = request.WrittenMemory,
            IsRepeatable = isRepeatable,
            LargestAnswer = LargestAnswer,
            Read = Check,
        }.With("Content-Type", $"application/x-amz-json-{version}").With("X-Amz-Target", targetPrefix + operation),
        limit);

    /// <summary>Closes the connections.</summary>
    public void Dispose() => client.Dispose();

    /// <summary>Judges an answer: a JSON object, its checksum right where it has one.</summary>
    internal static AwsOutcome Check(HttpAnswer answer) =>
        answer.TryGetHeader("x-amz-crc32"u8, out ReadOnlySpan<byte> text) &&
            (!Digits.TryParse(text, out long checksum) || checksum != Crc32.Compute(answer.Body))
            ? AwsOutcome.Unavailable("the answer's checksum is wrong")
            : IsObject(answer.Body) ? new(AwsOutcomeKind.Accepted, "", answer.Status, "")
            : AwsOutcome.Unavailable("the answer is not a JSON object");

    private static bool IsObject(ReadOnlySpan<byte> json)
    {
        try
        {
            Utf8JsonReader reader = new(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
