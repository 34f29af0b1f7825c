using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Hashee.Agents.Sessions;

/// <summary>JSON inside a session's record.</summary>
internal static class RecordJson
{
    public static string Write(IReadOnlyList<string> causes) => Write(json =>
    {
        json.WriteStartArray();
        foreach (string cause in causes)
        {
            json.WriteStringValue(cause);
        }

        json.WriteEndArray();
    });

    public static string Write(IReadOnlyDictionary<string, StoredFile> files) => Write(json => Write(json, files));

    public static void Write(Utf8JsonWriter json, IReadOnlyDictionary<string, StoredFile> files)
    {
        json.WriteStartObject();
        foreach ((string name, StoredFile file) in files)
        {
            json.WriteStartObject(name);
            json.WriteString("key", file.Key);
            json.WriteString("etag", file.ETag);
            json.WriteNumber("at", file.At);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    public static IReadOnlyList<string> ReadCauses(string? text) => text is null ? [] : Read(text, ReadCauses);

    public static IReadOnlyDictionary<string, StoredFile> ReadFiles(string? text) =>
        text is null ? new Dictionary<string, StoredFile>() : Read(text, ReadFiles);

    public static IReadOnlyList<string> ReadCauses(JsonElement json) => [.. json.EnumerateArray().Select(static cause => cause.GetString() ?? "")];

    public static Dictionary<string, StoredFile> ReadFiles(JsonElement json)
    {
        Dictionary<string, StoredFile> files = new(StringComparer.Ordinal);
        foreach (JsonProperty file in json.EnumerateObject())
        {
            files[file.Name] = new StoredFile(
                file.Value.GetProperty("key").GetString() ?? "",
                file.Value.GetProperty("etag").GetString() ?? "",
                file.Value.GetProperty("at").GetInt64());
        }

        return files;
    }

    /// <summary>Reads what a store has; what it should not have is a <see cref="SessionException"/>.</summary>
    public static T Read<T>(string text, Func<JsonElement, T> read)
    {
        try
        {
            return read(JsonElement.Parse(Encoding.UTF8.GetBytes(text), StoredTurn.Deep));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw SessionException.Unreadable("the session");
        }
    }

    private static string Write(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> bytes = new();
        using Utf8JsonWriter json = new(bytes, StoredTurn.Plain);
        write(json);
        json.Flush();
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
