using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Hashee.Protocol;

/// <summary>What an opened message says.</summary>
public abstract record Payload
{
    private protected Payload()
    {
    }

    /// <summary>Reads a decrypted payload. Unknown fields are ignored; of a field that is there twice, the last one counts.</summary>
    /// <param name="json">The payload in UTF-8.</param>
    /// <param name="payload">The payload; an <see cref="UnknownPayload"/> when its type is missing, is none of the documented ones, or
    /// lacks a field that the documentation gives it.</param>
    /// <returns>False when it is malformed: not a JSON object, or a <c>text</c> without a <c>text</c> in valid Unicode.</returns>
    public static bool TryRead(ReadOnlySpan<byte> json, [NotNullWhen(true)] out Payload? payload)
    {
        payload = null;
        Span<JsonField> fields = stackalloc JsonField[1];
        if (!Utf8.IsValid(json) || !JsonField.TryFind(json, ["type"], fields))
        {
            return false;
        }

        string? type = fields[0].AsString(json);
        if (type == "text")
        {
            payload = ReadText(json);
            return payload is not null;
        }

        payload = ReadDocumented(type, json) ?? new UnknownPayload(type);
        return true;
    }

    /// <summary>Writes the payload of a text message: <c>{"type":"text","text":…}</c>.</summary>
    /// <param name="text">The text; a lone surrogate in it is written as U+FFFD.</param>
    /// <param name="output">Receives JSON in UTF-8.</param>
    public static void WriteText(string text, IBufferWriter<byte> output)
    {
        using Utf8JsonWriter json = new(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
        json.WriteString("text"u8, text);
        json.WriteEndObject();
    }

    /// <summary>The payload's type, never what it says.</summary>
    public sealed override string ToString() => GetType().Name;

    // Null when a field that the type has to have is missing.
    private static Payload? ReadDocumented(string? type, ReadOnlySpan<byte> json) => type switch
    {
        "image" => ReadImage(json),
        "video" => ReadRecording(json) is var (attachmentId, duration) ? new VideoPayload(attachmentId, duration) : null,
        "audio" => ReadRecording(json) is var (attachmentId, duration) ? new AudioPayload(attachmentId, duration) : null,
        "file" => ReadFile(json),
        "artifact" => ReadJson(json, "artifact") is { } artifact ? new ArtifactPayload(artifact) : null,
        "system" => ReadJson(json, "event") is { } systemEvent ? new SystemPayload(systemEvent) : null,
        _ => null,
    };

    private static TextPayload? ReadText(ReadOnlySpan<byte> json)
    {
        Span<JsonField> fields = stackalloc JsonField[2];
        JsonField.TryFind(json, ["text", "markdown"], fields);
        return fields[0].AsString(json) is { } text ? new TextPayload(text, fields[1].AsBoolean()) : null;
    }

    private static ImagePayload? ReadImage(ReadOnlySpan<byte> json)
    {
        Span<JsonField> fields = stackalloc JsonField[3];
        JsonField.TryFind(json, ["attachment_id", "alt", "thumbnail"], fields);
        return fields[0].AsString(json) is { } attachmentId
            ? new ImagePayload(attachmentId, fields[1].AsString(json), fields[2].AsString(json))
            : null;
    }

    private static (string AttachmentId, double? Duration)? ReadRecording(ReadOnlySpan<byte> json)
    {
        Span<JsonField> fields = stackalloc JsonField[2];
        JsonField.TryFind(json, ["attachment_id", "duration_s"], fields);
        return fields[0].AsString(json) is { } attachmentId ? (attachmentId, fields[1].AsDouble(json)) : null;
    }

    private static FilePayload? ReadFile(ReadOnlySpan<byte> json)
    {
        Span<JsonField> fields = stackalloc JsonField[4];
        JsonField.TryFind(json, ["attachment_id", "filename", "mime", "size"], fields);
        return fields[0].AsString(json) is { } attachmentId
            && fields[1].AsString(json) is { } fileName
            && fields[2].AsString(json) is { } mime
            && fields[3].AsInt64(json) is { } size
            ? new FilePayload(attachmentId, fileName, mime, size)
            : null;
    }

    private static byte[]? ReadJson(ReadOnlySpan<byte> json, string name)
    {
        Span<JsonField> fields = stackalloc JsonField[1];
        JsonField.TryFind(json, [name], fields);
        return fields[0].IsPresent ? fields[0].AsJson(json) : null;
    }
}
