using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;

namespace Hashee.Agents;

/// <summary>What the tools that the compiler writes read their arguments with.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ToolArguments
{
    /// <summary>Elements of a list; a model that writes more has lost its way.</summary>
    private const int MostElements = 10_000;

    private static readonly JsonSchemaExporterOptions Exporting = new() { TreatNullObliviousAsNonNullable = true };

    /// <summary>Reads a value of one type.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">The argument's name, for the error.</param>
    public delegate T Reader<out T>(JsonElement value, string name);

    /// <summary>The message that is answered.</summary>
    public static Message MessageOf(AIFunctionArguments arguments) => ToolValue.MessageOf(arguments);

    /// <summary>Finds an argument that may be missing.</summary>
    public static bool TryGet(AIFunctionArguments arguments, string name, out JsonElement value) => ToolValue.TryGet(arguments, name, out value);

    /// <summary>Finds an argument that may be missing or null.</summary>
    public static bool TryGetValue(AIFunctionArguments arguments, string name, out JsonElement value) =>
        ToolValue.TryGet(arguments, name, out value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>Finds an argument that must be there.</summary>
    /// <exception cref="ToolArgumentException">It is missing.</exception>
    public static JsonElement Require(AIFunctionArguments arguments, string name) =>
        ToolValue.TryGet(arguments, name, out JsonElement value) ? value : throw new ToolArgumentException($"the argument {name} is missing.");

    /// <summary>A text.</summary>
    public static string Text(JsonElement value, string name) => ToolValue.Text(value, name);

    /// <summary>One character.</summary>
    public static char Character(JsonElement value, string name) =>
        ToolValue.Text(value, name) is [char character] ? character : throw ToolValue.Wrong(name, "a text of one character");

    /// <summary>True or false.</summary>
    public static bool Truth(JsonElement value, string name) =>
        value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw ToolValue.Wrong(name, "true or false");

    /// <summary>A whole number within bounds.</summary>
    public static long Whole(JsonElement value, string name, long minimum, long maximum)
    {
        // Some models write 3.0.
        bool isWhole = value.ValueKind == JsonValueKind.Number
            & (TryGetInt64(value, out long number) || (TryGetDecimal(value, out decimal exact) && IsInt64(exact, out number)));
        return isWhole && number >= minimum && number <= maximum
            ? number
            : throw ToolValue.Wrong(name, string.Create(CultureInfo.InvariantCulture, $"a whole number, {minimum} to {maximum}"));
    }

    /// <summary>A whole number that is not negative.</summary>
    public static ulong UnsignedWhole(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out ulong number)
            ? number
            : throw ToolValue.Wrong(name, "a whole number that is not negative");

    /// <summary>A number.</summary>
    public static double Number(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number)
            ? number
            : throw ToolValue.Wrong(name, "a number");

    /// <summary>A number with up to 28 digits.</summary>
    public static decimal Exact(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out decimal number) ? number : throw ToolValue.Wrong(name, "a number");

    /// <summary>A moment, as RFC 3339 writes it.</summary>
    public static DateTimeOffset Moment(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out DateTimeOffset moment)
            ? moment
            : throw ToolValue.Wrong(name, "a date and time such as 2026-01-31T12:00:00+01:00");

    /// <summary>A UUID.</summary>
    public static Guid Uuid(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.String && value.TryGetGuid(out Guid id) ? id : throw ToolValue.Wrong(name, "a UUID");

    /// <summary>An absolute address.</summary>
    public static Uri Address(JsonElement value, string name) =>
        Uri.TryCreate(ToolValue.Text(value, name), UriKind.Absolute, out Uri? address) ? address : throw ToolValue.Wrong(name, "an absolute URI");

    /// <summary>Whatever JSON there is.</summary>
    public static JsonElement Any(JsonElement value, string name) => value;

    /// <summary>Values of one type.</summary>
    public static T[] List<T>(JsonElement value, string name, Reader<T> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > MostElements)
        {
            throw ToolValue.Wrong(name, $"a list of at most {MostElements} elements");
        }

        T[] elements = new T[value.GetArrayLength()];
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = read(value[i], $"{name}[{i}]");
        }

        return elements;
    }

    /// <summary>A value of a type that a context knows.</summary>
    public static T Json<T>(JsonElement value, string name, JsonTypeInfo type)
    {
        try
        {
            return value.Deserialize((JsonTypeInfo<T>)type) is { } read ? read : throw ToolValue.Wrong(name, "what the schema says, and not null");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw ToolValue.Wrong(name, "what the schema says");
        }
    }

    /// <summary>One of a few names.</summary>
    public static ToolArgumentException WrongName(string name, string names) => ToolValue.Wrong(name, $"one of {names}");

    /// <summary>A result of a type that a context knows.</summary>
    public static JsonElement ToJson<T>(T value, JsonTypeInfo type) => JsonSerializer.SerializeToElement(value, (JsonTypeInfo<T>)type);

    /// <summary>A schema.</summary>
    /// <param name="json">The schema, in which the places of the types are null.</param>
    /// <param name="types">What a context knows of types: by parameter.</param>
    public static JsonElement Schema(string json, params ReadOnlySpan<(string Parameter, JsonTypeInfo Type, string? Description)> types)
    {
        if (types.IsEmpty)
        {
            return JsonElement.Parse(json);
        }

        JsonObject schema = JsonNode.Parse(json)!.AsObject();
        foreach ((string parameter, JsonTypeInfo type, string? description) in types)
        {
            JsonNode node = type.GetJsonSchemaAsNode(Exporting);
            if (description is not null && node is JsonObject described)
            {
                described.Insert(0, "description", description);
            }

            schema["properties"]![parameter] = node;
        }

        return JsonElement.Parse(schema.ToJsonString());
    }

    private static bool TryGetInt64(JsonElement value, out long number)
    {
        number = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out number);
    }

    private static bool TryGetDecimal(JsonElement value, out decimal number)
    {
        number = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out number);
    }

    private static bool IsInt64(decimal exact, out long number)
    {
        bool isWhole = exact == decimal.Truncate(exact) && exact is >= long.MinValue and <= long.MaxValue;
        number = isWhole ? (long)exact : 0;
        return isWhole;
    }
}
