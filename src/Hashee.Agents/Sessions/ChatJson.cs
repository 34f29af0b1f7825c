using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Hashee.Agents.Sessions;

/// <summary>
/// Microsoft.Extensions.AI's own JSON of chat messages, as <c>AIJsonUtilities.DefaultOptions</c> has it, without its serializer, whose resolver alone is
/// larger than the worker. What is not known is kept: see <see cref="UnknownContent"/> and <see cref="StoredMembers"/>. Of contents that an agent makes
/// itself, those that a conversation is made of are written: text, reasoning, data, URIs, function calls and results, usage, errors.
/// </summary>
internal static class ChatJson
{
    /// <summary>Writes a message as a JSON object.</summary>
    public static void Write(Utf8JsonWriter json, ChatMessage message)
    {
        json.WriteStartObject();
        WriteText(json, "authorName", message.AuthorName);
        if (message.CreatedAt is { } createdAt)
        {
            json.WriteString("createdAt", createdAt);
        }

        json.WriteString("role", message.Role.Value);
        json.WriteStartArray("contents");
        foreach (AIContent content in message.Contents)
        {
            Write(json, content);
        }

        json.WriteEndArray();
        WriteText(json, "messageId", message.MessageId);
        WriteMap(json, "additionalProperties", message.AdditionalProperties);
        (message.RawRepresentation as StoredMembers)?.Write(json);
        json.WriteEndObject();
    }

    /// <summary>Reads a message.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static ChatMessage Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("This is no message.");
        }

        List<AIContent> contents = [];
        if (json.TryGetProperty("contents", out JsonElement array) && array.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement content in array.EnumerateArray())
            {
                contents.Add(ReadContent(content));
            }
        }

        return new ChatMessage(Text(json, "role") is { Length: > 0 } role ? new ChatRole(role) : ChatRole.User, contents)
        {
            AuthorName = Text(json, "authorName"),
            CreatedAt = Time(json, "createdAt"),
            MessageId = Text(json, "messageId"),
            AdditionalProperties = ReadProperties(json),
            RawRepresentation = StoredMembers.Of(json, "authorName", "createdAt", "role", "contents", "messageId", "additionalProperties"),
        };
    }

    private static void Write(Utf8JsonWriter json, AIContent content)
    {
        switch (content)
        {
            case UnknownContent unknown:
                unknown.Json.WriteTo(json);
                return;
            case TextContent text:
                Begin(json, "text");
                WriteText(json, "text", text.Text);
                break;
            case TextReasoningContent reasoning:
                Begin(json, "reasoning");
                WriteText(json, "text", reasoning.Text);
                WriteText(json, "protectedData", reasoning.ProtectedData);
                break;
            case DataContent data:
                Begin(json, "data");
                WriteText(json, "uri", data.Uri);
                WriteText(json, "name", data.Name);
                break;
            case UriContent uri:
                Begin(json, "uri");
                WriteText(json, "uri", uri.Uri.OriginalString);
                WriteText(json, "mediaType", uri.MediaType);
                break;
            case FunctionCallContent call:
                Begin(json, "functionCall");
                WriteText(json, "name", call.Name);
                WriteMap(json, "arguments", call.Arguments);
                json.WriteBoolean("informationalOnly", call.InformationalOnly);
                WriteText(json, "callId", call.CallId);
                break;
            case FunctionResultContent result:
                Begin(json, "functionResult");
                if (result.Result is not null)
                {
                    json.WritePropertyName("result");
                    WriteValue(json, result.Result);
                }

                WriteText(json, "callId", result.CallId);
                break;
            case UsageContent usage:
                Begin(json, "usage");
                Write(json, usage.Details);
                break;
            case ErrorContent error:
                Begin(json, "error");
                WriteText(json, "message", error.Message);
                WriteText(json, "errorCode", error.ErrorCode);
                WriteText(json, "details", error.Details);
                break;
            default:
                return;
        }

        WriteMap(json, "additionalProperties", content.AdditionalProperties);
        (content.RawRepresentation as StoredMembers)?.Write(json);
        json.WriteEndObject();
    }

    private static void Begin(Utf8JsonWriter json, string type)
    {
        json.WriteStartObject();
        json.WriteString("$type", type);
    }

    private static void Write(Utf8JsonWriter json, UsageDetails details)
    {
        json.WriteStartObject("details");
        WriteCount(json, "inputTokenCount", details.InputTokenCount);
        WriteCount(json, "outputTokenCount", details.OutputTokenCount);
        WriteCount(json, "totalTokenCount", details.TotalTokenCount);
        WriteCount(json, "cachedInputTokenCount", details.CachedInputTokenCount);
        WriteCount(json, "reasoningTokenCount", details.ReasoningTokenCount);
        if (details.AdditionalCounts is { } others)
        {
            json.WriteStartObject("additionalCounts");
            foreach ((string name, long count) in others)
            {
                json.WriteNumber(name, count);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteCount(Utf8JsonWriter json, string name, long? count)
    {
        if (count is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    private static void WriteMap(Utf8JsonWriter json, string name, IEnumerable<KeyValuePair<string, object?>>? map)
    {
        if (map is null)
        {
            return;
        }

        json.WriteStartObject(name);
        foreach ((string key, object? value) in map)
        {
            json.WritePropertyName(key);
            WriteValue(json, value);
        }

        json.WriteEndObject();
    }

    /// <summary>Writes what tools and models exchange: JSON, texts, numbers; anything else as the text that it makes of itself.</summary>
    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case JsonElement { ValueKind: not JsonValueKind.Undefined } element:
                element.WriteTo(json);
                break;
            case bool truth:
                json.WriteBooleanValue(truth);
                break;
            case int number:
                json.WriteNumberValue(number);
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case float number when float.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case decimal number:
                json.WriteNumberValue(number);
                break;
            case IFormattable formattable:
                json.WriteStringValue(formattable.ToString(null, System.Globalization.CultureInfo.InvariantCulture));
                break;
            default:
                json.WriteStringValue(value.ToString());
                break;
        }
    }

    private static AIContent ReadContent(JsonElement json)
    {
        AIContent? content = null;
        string[] known = [];
        if (json.ValueKind == JsonValueKind.Object)
        {
            (content, known) = Text(json, "$type") switch
            {
                "text" => (new TextContent(Text(json, "text")), ["text"]),
                "reasoning" => (new TextReasoningContent(Text(json, "text")) { ProtectedData = Text(json, "protectedData") }, ["text", "protectedData"]),
                "data" => (ReadData(json), ["uri", "name"]),
                "uri" => (ReadUri(json), ["uri", "mediaType"]),
                "functionCall" => (ReadCall(json), ["name", "arguments", "informationalOnly", "callId"]),
                "functionResult" => (ReadResult(json), ["result", "callId"]),
                "usage" => (ReadUsage(json), ["details"]),
                "error" => (ReadError(json), ["message", "errorCode", "details"]),
                _ => ((AIContent?)null, known),
            };
        }

        if (content is null)
        {
            return new UnknownContent(json);
        }

        content.AdditionalProperties = ReadProperties(json);
        content.RawRepresentation = StoredMembers.Of(json, ["$type", "additionalProperties", .. known]);
        return content;
    }

    private static DataContent? ReadData(JsonElement json)
    {
        try
        {
            return Text(json, "uri") is { } uri && uri.StartsWith("data:", StringComparison.Ordinal)
                ? new DataContent(uri) { Name = Text(json, "name") }
                : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            return null;
        }
    }

    private static UriContent? ReadUri(JsonElement json)
    {
        try
        {
            return Text(json, "uri") is { Length: > 0 } uri && Text(json, "mediaType") is { Length: > 0 } type ? new UriContent(uri, type) : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            return null;
        }
    }

    private static FunctionCallContent? ReadCall(JsonElement json)
    {
        if (Text(json, "callId") is not { } callId || Text(json, "name") is not { } name)
        {
            return null;
        }

        Dictionary<string, object?>? arguments = null;
        if (json.TryGetProperty("arguments", out JsonElement members) && members.ValueKind == JsonValueKind.Object)
        {
            arguments = new(StringComparer.Ordinal);
            foreach (JsonProperty member in members.EnumerateObject())
            {
                arguments[member.Name] = ValueOf(member.Value);
            }
        }

        return new FunctionCallContent(callId, name, arguments)
        {
            InformationalOnly = json.TryGetProperty("informationalOnly", out JsonElement only) && only.ValueKind == JsonValueKind.True,
        };
    }

    private static FunctionResultContent? ReadResult(JsonElement json) => Text(json, "callId") is not { } callId
        ? null
        : new FunctionResultContent(callId, json.TryGetProperty("result", out JsonElement result) ? ValueOf(result) : null);

    private static UsageContent? ReadUsage(JsonElement json)
    {
        if (!json.TryGetProperty("details", out JsonElement details) || details.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        UsageDetails usage = new()
        {
            InputTokenCount = Count(details, "inputTokenCount"),
            OutputTokenCount = Count(details, "outputTokenCount"),
            TotalTokenCount = Count(details, "totalTokenCount"),
            CachedInputTokenCount = Count(details, "cachedInputTokenCount"),
            ReasoningTokenCount = Count(details, "reasoningTokenCount"),
        };
        if (details.TryGetProperty("additionalCounts", out JsonElement others) && others.ValueKind == JsonValueKind.Object)
        {
            usage.AdditionalCounts = [];
            foreach (JsonProperty member in others.EnumerateObject())
            {
                if (Count(others, member.Name) is { } count)
                {
                    usage.AdditionalCounts[member.Name] = count;
                }
            }
        }

        return new UsageContent(usage);
    }

    private static ErrorContent ReadError(JsonElement json) =>
        new(Text(json, "message") ?? "") { ErrorCode = Text(json, "errorCode"), Details = Text(json, "details") };

    private static AdditionalPropertiesDictionary? ReadProperties(JsonElement json)
    {
        if (!json.TryGetProperty("additionalProperties", out JsonElement members) || members.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        AdditionalPropertiesDictionary properties = [];
        foreach (JsonProperty member in members.EnumerateObject())
        {
            properties[member.Name] = ValueOf(member.Value);
        }

        return properties;
    }

    private static JsonElement? ValueOf(JsonElement json) => json.ValueKind == JsonValueKind.Null ? null : json;

    private static long? Count(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long count) ? count : null;

    private static DateTimeOffset? Time(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out DateTimeOffset time)
            ? time
            : null;

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
