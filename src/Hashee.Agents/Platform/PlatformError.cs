using System.Buffers;
using System.Text.Json;

namespace Hashee.Agents.Platform;

/// <summary>What Hashee says about a request that it did not fulfil.</summary>
/// <param name="Code"><c>error.code</c> if it is 1 to 64 letters, digits and underscores, and so fit for a log.</param>
/// <param name="RetryAfterSeconds"><c>retry_after</c>, else <c>error.params.retry_after</c>.</param>
internal readonly record struct PlatformError(string? Code, double? RetryAfterSeconds)
{
    private const int LongestCode = 64;

    private static readonly SearchValues<char> CodeCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    /// <summary>Reads the body of an answer; of a body that is something else nothing is known.</summary>
    public static PlatformError Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement root = document.RootElement;
            JsonElement error = root.Member("error");
            return new PlatformError(
                LoggableCode(error.TextMember("code")),
                Seconds(root.Member("retry_after")) ?? Seconds(error.Member("params").Member("retry_after")));
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static string? LoggableCode(string? code) =>
        code is { Length: > 0 and <= LongestCode } && !code.AsSpan().ContainsAnyExcept(CodeCharacters) ? code : null;

    private static double? Seconds(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double seconds) && seconds >= 0 ? seconds : null;
}
