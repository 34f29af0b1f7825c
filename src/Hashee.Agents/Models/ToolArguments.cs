using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Hashee.Agents.Models;

/// <summary>The arguments of tool calls: an object with a <see cref="JsonElement"/> for each argument.</summary>
internal static class ToolArguments
{
    /// <summary>Makes a call of what a model wrote.</summary>
    /// <param name="callId">Names the call.</param>
    /// <param name="name">The tool.</param>
    /// <param name="json">The arguments; nothing counts as none. What is no JSON object becomes the call's exception.</param>
    internal static FunctionCallContent Read(string callId, string name, ReadOnlySpan<byte> json)
    {
        FunctionCallContent call = new(callId, name);
        try
        {
            call.Arguments = Read(json);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            call.Exception = new JsonException("The arguments are not a JSON object.");
        }

        return call;
    }

    /// <summary>Writes the object; a call without arguments, or with such as nobody could read, has none.</summary>
    internal static void Write(Utf8JsonWriter json, FunctionCallContent call)
    {
        json.WriteStartObject();
        foreach ((string name, object? value) in call.Arguments ?? new Dictionary<string, object?>())
        {
            json.WritePropertyName(name);
            if (!TryWriteValue(json, value))
            {
                throw new NotSupportedException("arguments of a tool call that are neither JSON, texts, numbers nor truth values");
            }
        }

        json.WriteEndObject();
    }

    /// <summary>Writes what has one form in JSON.</summary>
    /// <returns>False for anything else, of which nothing is written.</returns>
    internal static bool TryWriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null or JsonElement { ValueKind: JsonValueKind.Undefined }:
                json.WriteNullValue();
                break;
            case JsonElement element:
                element.WriteTo(json);
                break;
            case string text:
                json.WriteStringValue(text);
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
            case decimal number:
                json.WriteNumberValue(number);
                break;
            default:
                return false;
        }

        return true;
    }

    private static Dictionary<string, object?> Read(ReadOnlySpan<byte> json)
    {
        Dictionary<string, object?> arguments = [];
        if (json.Trim(" \t\r\n"u8).IsEmpty)
        {
            return arguments;
        }

        Utf8JsonReader reader = new(json);
        if (!reader.TryEnterObject())
        {
            throw new JsonException();
        }

        while (reader.TryReadName())
        {
            string name = reader.GetString()!;
            reader.Read();
            arguments[name] = JsonElement.ParseValue(ref reader);
        }

        return reader.Read() ? throw new JsonException() : arguments;
    }
}
