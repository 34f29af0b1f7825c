using System.Text.Json;

namespace Hashee.Emulator.Lambda;

/// <summary>A record of a function's log in JSON.</summary>
/// <param name="FunctionName">The function that wrote it.</param>
/// <param name="Level">Such as <c>WARN</c>.</param>
/// <param name="Message">A sentence.</param>
/// <param name="Fields">What else it says; values that are no strings are left out.</param>
internal sealed record LogRecord(string FunctionName, string Level, string Message, IReadOnlyDictionary<string, string> Fields)
{
    /// <summary>Whether something went wrong while the function ran.</summary>
    public bool IsTrouble => Level is "WARN" or "ERROR";

    /// <summary>The type of the exception that it tells of.</summary>
    public string? ErrorType => Fields.GetValueOrDefault("errorType");

    /// <summary>Reads a line; null for one that is no record.</summary>
    public static LogRecord? Read(OutputLine line)
    {
        if (!line.Text.StartsWith('{'))
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(line.Text);
            Dictionary<string, string> fields = document.RootElement.EnumerateObject()
                .Where(static member => member.Value.ValueKind == JsonValueKind.String)
                .GroupBy(static member => member.Name, StringComparer.Ordinal)
                .ToDictionary(static members => members.Key, static members => members.Last().Value.GetString()!, StringComparer.Ordinal);
            return fields.Remove("level", out string? level) && fields.Remove("message", out string? message)
                ? new LogRecord(line.FunctionName, level, message, fields)
                : null;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>For people: the sentence, why, and the exception with its stack.</summary>
    public override string ToString()
    {
        string text = Message;
        if ((Fields.GetValueOrDefault("reason") ?? Fields.GetValueOrDefault("outcome")) is { } reason)
        {
            text = $"{text.TrimEnd('.')}: {reason}";
        }

        if (ErrorType is not null)
        {
            text += $"{Environment.NewLine}  {ErrorType}";
            text += Fields.GetValueOrDefault("errorMessage") is { } message ? $": {message}" : "";
            text += Fields.GetValueOrDefault("cause") is { } cause ? $"{Environment.NewLine}  because of {cause}" : "";
        }

        return Fields.GetValueOrDefault("stack") is { Length: > 0 } stack ? text + Environment.NewLine + stack : text;
    }
}
