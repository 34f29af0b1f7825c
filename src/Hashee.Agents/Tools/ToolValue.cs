using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Hashee.Agents;

/// <summary>Reads the arguments of tool calls, which are what a model wrote.</summary>
internal static class ToolValue
{
    /// <summary>The message that is answered, which the runner of tools gives besides the model's arguments.</summary>
    public static Message MessageOf(AIFunctionArguments arguments) =>
        arguments.Context?.TryGetValue(typeof(Message), out object? message) == true && message is Message given
            ? given
            : throw new InvalidOperationException("This tool wants the message that is answered, and was called without one.");

    /// <summary>Finds an argument.</summary>
    public static bool TryGet(AIFunctionArguments arguments, string name, out JsonElement value)
    {
        value = default;
        if (!arguments.TryGetValue(name, out object? given))
        {
            return false;
        }

        value = given is JsonElement json ? json : ToJson(given, name);
        return true;
    }

    /// <summary>A text.</summary>
    public static string Text(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(name, "a text");

    /// <summary>An argument that is not what it must be.</summary>
    /// <param name="name">The argument.</param>
    /// <param name="expected">What it must be.</param>
    public static ToolArgumentException Wrong(string name, string expected) => new($"the argument {name} must be {expected}.");

    /// <summary>Other clients than ours may give values that are no longer JSON.</summary>
    private static JsonElement ToJson(object? given, string name)
    {
        ArrayBufferWriter<byte> buffer = new();
        using Utf8JsonWriter json = new(buffer);
        switch (given)
        {
            case null:
                json.WriteNullValue();
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case bool truth:
                json.WriteBooleanValue(truth);
                break;
            case int or long or short or byte or sbyte or ushort or uint:
                json.WriteNumberValue(Convert.ToInt64(given, CultureInfo.InvariantCulture));
                break;
            case double or float or decimal:
                json.WriteNumberValue(Convert.ToDecimal(given, CultureInfo.InvariantCulture));
                break;
            default:
                throw Wrong(name, "JSON");
        }

        json.Flush();
        return JsonElement.Parse(buffer.WrittenSpan);
    }
}
