using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Hashee.Emulator.Platform;

/// <summary>The body of <c>POST /agents/{id}/messages</c>: <c>{conversation_id, client_message_id?, payload | encrypted_payload}</c>.</summary>
/// <param name="Payload">Set unless the message is sealed.</param>
/// <param name="EncryptedPayload">The envelope in base64, set if the message is sealed.</param>
internal sealed record PostedMessage(string ConversationId, string? ClientMessageId, JsonElement? Payload, string? EncryptedPayload)
{
    /// <summary>Hashee's limit for one text, in UTF-16 code units.</summary>
    public const int MaximumTextLength = 100_000;

    private static readonly SearchValues<char> CrockfordBase32 = SearchValues.Create("0123456789ABCDEFGHJKMNPQRSTVWXYZ");
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Reads a body; anything not documented is refused.</summary>
    /// <param name="problem">Otherwise what is wrong with it; never contains message text.</param>
    public static PostedMessage? Read(ReadOnlyMemory<byte> body, out string problem)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body, Strict);
            return Read(document.RootElement.Clone(), out problem);
        }
        catch (Exception e) when (IsBadJson(e))
        {
            problem = "The body is not valid JSON.";
            return null;
        }
    }

    /// <summary>The payload inside a sealed message, or <see langword="null"/> if a client would not understand it.</summary>
    public static JsonElement? ReadPayload(ReadOnlyMemory<byte> json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, Strict);
            return IsDocumented(document.RootElement, out _) ? document.RootElement.Clone() : null;
        }
        catch (Exception e) when (IsBadJson(e))
        {
            return null;
        }
    }

    /// <summary>Whether an exception says that a text is not JSON, or that a string in it is not Unicode (a lone surrogate).</summary>
    private static bool IsBadJson(Exception e) => e is JsonException or InvalidOperationException;

    private static PostedMessage? Read(JsonElement root, out string problem)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            problem = "The body is not a JSON object.";
            return null;
        }

        string? conversationId = null;
        string? clientMessageId = null;
        JsonElement? payload = null;
        string? encryptedPayload = null;
        foreach (JsonProperty property in root.EnumerateObject())
        {
            bool valid = property.Name switch
            {
                "conversation_id" => TryGetText(property.Value, out conversationId) && conversationId.Length > 0,
                "client_message_id" => TryGetText(property.Value, out clientMessageId) && IsUlid(clientMessageId),
                "payload" => (payload = property.Value) is { ValueKind: JsonValueKind.Object },
                "encrypted_payload" => TryGetText(property.Value, out encryptedPayload) && Base64.IsValid(encryptedPayload),
                _ => false,
            };
            if (!valid)
            {
                problem = property.Name switch
                {
                    "conversation_id" => "conversation_id must be a string that is not empty.",
                    "client_message_id" => "client_message_id must be a ULID.",
                    "payload" => "payload must be an object.",
                    "encrypted_payload" => "encrypted_payload must be base64.",
                    _ => "The body has a field that is not documented.",
                };
                return null;
            }
        }

        if (conversationId is null)
        {
            problem = "conversation_id is missing.";
            return null;
        }

        if (payload is null == encryptedPayload is null)
        {
            problem = "Either payload or encrypted_payload is required, not both.";
            return null;
        }

        problem = "";
        return payload is { } plain && !IsDocumented(plain, out problem)
            ? null
            : new PostedMessage(conversationId, clientMessageId, payload, encryptedPayload);
    }

    /// <summary>Whether a payload is one of the documented types with the fields that type needs.</summary>
    private static bool IsDocumented(JsonElement payload, out string problem)
    {
        if (payload.ValueKind != JsonValueKind.Object || !payload.TryGetProperty("type", out JsonElement typeValue) || !TryGetText(typeValue, out string? type))
        {
            problem = "payload.type must be a string.";
            return false;
        }

        switch (type)
        {
            case "text":
                if (!payload.TryGetProperty("text", out JsonElement textValue) || !TryGetText(textValue, out string? text) || text.Length == 0)
                {
                    problem = "payload.text must be a string that is not empty.";
                    return false;
                }

                problem = $"payload.text is longer than {MaximumTextLength} characters.";
                return text.Length <= MaximumTextLength;
            case "image" or "video" or "audio":
                problem = "payload.attachment_id must be a string.";
                return HasText(payload, "attachment_id");
            case "file":
                problem = "payload.attachment_id, payload.filename and payload.mime must be strings, payload.size a number.";
                return HasText(payload, "attachment_id") && HasText(payload, "filename") && HasText(payload, "mime")
                    && payload.TryGetProperty("size", out JsonElement size) && size.ValueKind == JsonValueKind.Number;
            case "artifact":
                problem = "payload.artifact is missing.";
                return payload.TryGetProperty("artifact", out _);
            default:
                problem = "payload.type is none that an agent may send.";
                return false;
        }
    }

    /// <summary>Whether a text is a ULID: 26 characters of Crockford's base 32 in upper case, within 128 bits.</summary>
    private static bool IsUlid(string text) =>
        text.Length == 26 && text[0] <= '7' && !text.AsSpan().ContainsAnyExcept(CrockfordBase32);

    private static bool HasText(JsonElement owner, string name) => owner.TryGetProperty(name, out JsonElement value) && TryGetText(value, out _);

    private static bool TryGetText(JsonElement value, [NotNullWhen(true)] out string? text)
    {
        text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return text is not null;
    }
}
