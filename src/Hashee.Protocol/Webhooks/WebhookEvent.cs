using System.Diagnostics.CodeAnalysis;
using Hashee.Formats;

namespace Hashee.Protocol;

/// <summary>A webhook event as webhook and worker read it from the body of a call. Unknown fields are ignored; of a field that is there
/// twice, the last one counts.</summary>
public readonly struct WebhookEvent
{
    /// <summary>The one version of the event format: <c>v1</c>.</summary>
    public const string SupportedVersion = "v1";

    private readonly JsonField _wireEnvelope;

    private WebhookEvent(string type, string? conversationId, string? senderId, JsonField wireEnvelope)
    {
        Type = type;
        ConversationId = conversationId;
        SenderId = senderId;
        _wireEnvelope = wireEnvelope;
    }

    /// <summary>The event's type, such as <see cref="EventTypes.MessageNew"/>; never empty.</summary>
    public string Type { get; }

    /// <summary><c>metadata.conversation_id</c>: never empty; null only where <see cref="IsMessage"/> is false.</summary>
    public string? ConversationId { get; }

    /// <summary><c>metadata.sender_id</c>: never empty; null only where <see cref="IsMessage"/> is false.</summary>
    public string? SenderId { get; }

    /// <summary>Whether this is a <see cref="EventTypes.MessageNew"/>: then it has an envelope, a conversation and a sender.</summary>
    [MemberNotNullWhen(true, nameof(ConversationId), nameof(SenderId))]
    public bool IsMessage => Type == EventTypes.MessageNew;

    /// <summary>Reads an event. Allocates the strings that it returns and nothing else.</summary>
    /// <param name="body">The body's bytes as they came.</param>
    /// <param name="event">The event.</param>
    /// <param name="problem">What is wrong, naming the field, without a value. The body has to be one JSON object in UTF-8 without U+FFFE
    /// and U+FFFF (a queue would alter them), with a <c>type</c>, and with a <c>version</c> of <c>v1</c> if any. A message has to have a
    /// version, <c>wire_envelope</c>, <c>metadata.conversation_id</c> and <c>metadata.sender_id</c>. No id may be empty or have a lone
    /// surrogate.</param>
    public static bool TryRead(ReadOnlySpan<byte> body, out WebhookEvent @event, [NotNullWhen(false)] out string? problem)
    {
        @event = default;
        problem = ReadFields(body, out JsonField wireEnvelope, out string? type, out string? conversationId, out string? senderId);
        if (problem is null)
        {
            @event = new WebhookEvent(type!, conversationId, senderId, wireEnvelope);
        }

        return problem is null;
    }

    /// <summary>The envelope in base64, empty where there is none: a view of the body, or a new array where the text has escapes such as
    /// <c>\/</c>.</summary>
    /// <param name="body">The bytes from which this event was read.</param>
    public ReadOnlySpan<byte> GetWireEnvelope(ReadOnlySpan<byte> body)
    {
        if (!_wireEnvelope.IsString)
        {
            return [];
        }

        ReadOnlySpan<byte> raw = _wireEnvelope.Raw(body);
        if (!_wireEnvelope.IsEscaped)
        {
            return raw;
        }

        // A text with a lone surrogate is no base64, and neither are the escapes that spell it.
        byte[] text = new byte[raw.Length];
        return JsonText.TryResolve(raw, text, out int written) ? text.AsSpan(0, written) : raw;
    }

    private static string? ReadFields(
        ReadOnlySpan<byte> body, out JsonField wireEnvelope, out string? type, out string? conversationId, out string? senderId)
    {
        wireEnvelope = default;
        conversationId = senderId = type = null;
        Span<JsonField> fields = stackalloc JsonField[4];
        if (!UnicodeText.IsTransportable(body) || !JsonField.TryFind(body, ["type", "version", "wire_envelope", "metadata"], fields))
        {
            return "the body is not a JSON object in UTF-8";
        }

        if (!TryReadId(body, fields[0], isRequired: true, out type))
        {
            return "`type` is missing or is not a text";
        }

        bool isMessage = type == EventTypes.MessageNew;
        if (fields[1].IsPresent ? fields[1].AsString(body) != SupportedVersion : isMessage)
        {
            return "`version` is not v1";
        }

        wireEnvelope = fields[2];
        if (isMessage && !wireEnvelope.IsString)
        {
            return "`wire_envelope` is missing or is not a text";
        }

        ReadOnlySpan<byte> metadata = fields[3].IsObject ? fields[3].Raw(body) : "{}"u8;
        Span<JsonField> ids = stackalloc JsonField[2];
        JsonField.TryFind(metadata, ["conversation_id", "sender_id"], ids);
        if (!TryReadId(metadata, ids[0], isMessage, out conversationId))
        {
            return "`metadata.conversation_id` is missing or is not an id";
        }

        return TryReadId(metadata, ids[1], isMessage, out senderId) ? null : "`metadata.sender_id` is missing or is not an id";
    }

    private static bool TryReadId(ReadOnlySpan<byte> json, JsonField field, bool isRequired, out string? id)
    {
        id = field.AsString(json);
        return field.IsPresent ? !string.IsNullOrEmpty(id) : !isRequired;
    }
}
