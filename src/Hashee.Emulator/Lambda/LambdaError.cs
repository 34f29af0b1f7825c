using System.Globalization;
using System.Text.Json;

namespace Hashee.Emulator.Lambda;

/// <summary>The errors that Lambda itself reports, as the JSON objects it sends.</summary>
internal static class LambdaError
{
    /// <summary>The largest event and the largest response, in bytes: 6 MB and the room Lambda adds for their envelope.</summary>
    public const int LargestPayload = (6 * 1_048_576) + 100;

    /// <summary>The largest streamed response, in bytes.</summary>
    public const long LargestStream = 200 * 1_048_576;

    private const string NoType = "Unhandled";
    private const string NoMessage = "(no message)";

    public static byte[] Throttled { get; } =
        """{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}"""u8.ToArray();

    public static byte[] TimedOut(string requestId, TimeSpan timeout) => Json(
        "Sandbox.Timedout",
        string.Create(CultureInfo.InvariantCulture, $"RequestId: {requestId} Error: Task timed out after {timeout.TotalSeconds:F2} seconds"));

    public static byte[] Exited(string requestId, int exitCode) =>
        Json("Runtime.ExitError", $"RequestId: {requestId} Error: {ExitText(exitCode)}");

    public static byte[] Truncated { get; } = Json("Runtime.TruncatedResponse", "The response ended before its last chunk.");

    public static byte[] ResponseTooLarge(long length, long limit = LargestPayload) => Json(
        "Function.ResponseSizeTooLarge",
        $"Response payload size ({length} bytes) exceeded maximum allowed payload size ({limit} bytes).");

    /// <summary>How a process ended, in Lambda's words.</summary>
    /// <param name="exitCode">128 and above: ended by the signal of the remainder.</param>
    public static string ExitText(int exitCode) => exitCode switch
    {
        0 => "Runtime exited without providing a reason",
        128 + 6 => "Runtime exited with error: signal: aborted",
        128 + 9 => "Runtime exited with error: signal: killed",
        128 + 11 => "Runtime exited with error: signal: segmentation fault",
        128 + 15 => "Runtime exited with error: signal: terminated",
        _ => $"Runtime exited with error: exit status {exitCode}",
    };

    /// <summary>The type and the message of an error, as a function posts it.</summary>
    public static (string Type, string Message) Read(ReadOnlyMemory<byte> error)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(error);
            return (Text(document.RootElement, "errorType") ?? NoType, Text(document.RootElement, "errorMessage") ?? NoMessage);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return (NoType, NoMessage);
        }

        static string? Text(JsonElement error, string name) => error.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
    }

    /// <summary>An object with <c>errorType</c> and <c>errorMessage</c>.</summary>
    public static byte[] Json(string errorType, string errorMessage)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter writer = new(bytes))
        {
            writer.WriteStartObject();
            writer.WriteString("errorType", errorType);
            writer.WriteString("errorMessage", errorMessage);
            writer.WriteEndObject();
        }

        return bytes.ToArray();
    }
}
