using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Hashee.Protocol;

namespace Hashee.Emulator.Platform;

/// <summary>The bodies of webhook calls, in the documented shape.</summary>
internal static class EventJson
{
    /// <summary><c>message.new</c> with its envelope.</summary>
    public static byte[] MessageNew(string conversationId, string senderId, DateTimeOffset createdAt, ReadOnlySpan<byte> envelope)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", EventTypes.MessageNew);
            json.WriteString("version", "v1");
            json.WriteBase64String("wire_envelope", envelope);
            WriteMetadata(json, conversationId, senderId, createdAt);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>An event of another type, with a payload that is a JSON value already.</summary>
    public static byte[] Other(string type, string? conversationId, string? senderId, DateTimeOffset createdAt, string? payloadJson)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WriteString("version", "v1");
            if (payloadJson is not null)
            {
                json.WritePropertyName("payload");
                json.WriteRawValue(payloadJson);
            }

            WriteMetadata(json, conversationId, senderId, createdAt);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A <c>text</c> payload.</summary>
    public static byte[] Text(string text)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", "text");
            json.WriteString("text", text);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>ISO 8601 in UTC with milliseconds, as all of Hashee's times.</summary>
    public static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static void WriteMetadata(Utf8JsonWriter json, string? conversationId, string? senderId, DateTimeOffset createdAt)
    {
        json.WriteStartObject("metadata");
        if (conversationId is not null)
        {
            json.WriteString("conversation_id", conversationId);
        }

        if (senderId is not null)
        {
            json.WriteString("sender_id", senderId);
        }

        json.WriteString("created_at", Time(createdAt));
        json.WriteEndObject();
    }
}
