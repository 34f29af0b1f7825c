using System.Text.Json;

namespace Hashee.Emulator.Sqs;

/// <summary>The members of a request, or of one entry of a batch, with the refusals SQS has for missing and mistyped ones.</summary>
internal readonly struct SqsRequest
{
    private readonly JsonElement _members;

    /// <exception cref="SqsException">Not a JSON object.</exception>
    public SqsRequest(JsonElement members)
    {
        if (members.ValueKind != JsonValueKind.Object)
        {
            throw SqsException.Serialization("A JSON object was expected.");
        }

        _members = members;
    }

    /// <summary>A string, null when it is absent.</summary>
    /// <exception cref="SqsException">Another JSON type, or not valid Unicode.</exception>
    public string? Text(string name) => Member(name) is { } member ? TextOf(member, name) : null;

    /// <summary>A string that has to be there.</summary>
    /// <exception cref="SqsException">MissingParameter, or another JSON type.</exception>
    public string RequiredText(string name) => Text(name) ?? throw SqsException.MissingParameter(name);

    /// <summary>An integer within bounds, null when it is absent.</summary>
    /// <exception cref="SqsException">InvalidParameterValue, or another JSON type.</exception>
    public int? Number(string name, int least, int most)
    {
        if (Member(name) is not { } member)
        {
            return null;
        }

        if (member.ValueKind != JsonValueKind.Number || !member.TryGetInt32(out int number))
        {
            throw SqsException.Serialization($"{name} must be an integer.");
        }

        return number >= least && number <= most
            ? number
            : throw SqsException.InvalidParameterValue(name, number, $"Must be between {least} and {most}, if provided.");
    }

    /// <summary>A number of whole seconds within bounds, null when it is absent.</summary>
    /// <exception cref="SqsException">InvalidParameterValue, or another JSON type.</exception>
    public TimeSpan? Seconds(string name, int least, int most) =>
        Number(name, least, most) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>The strings of a list, none when it is absent.</summary>
    /// <exception cref="SqsException">Another JSON type.</exception>
    public IReadOnlyList<string> Texts(string name) => [.. Items(name).Select(item => TextOf(item, name))];

    /// <summary>The objects of a list, none when it is absent.</summary>
    /// <exception cref="SqsException">Another JSON type.</exception>
    public IReadOnlyList<SqsRequest> Entries(string name) => [.. Items(name).Select(static item => new SqsRequest(item))];

    /// <summary>A map of strings, empty when it is absent.</summary>
    /// <exception cref="SqsException">Another JSON type.</exception>
    public IReadOnlyDictionary<string, string> TextMap(string name) =>
        Map(name).ToDictionary(static pair => pair.Name, pair => TextOf(pair.Value, name), StringComparer.Ordinal);

    /// <summary>Message attributes or message system attributes by name, empty when they are absent.</summary>
    /// <exception cref="SqsException">List values, which SQS does not support, or another JSON type.</exception>
    public IReadOnlyDictionary<string, MessageAttribute> Attributes(string name)
    {
        Dictionary<string, MessageAttribute> attributes = new(StringComparer.Ordinal);
        foreach (JsonProperty pair in Map(name))
        {
            SqsRequest value = new(pair.Value);
            if (value.Items("StringListValues").Length > 0 || value.Items("BinaryListValues").Length > 0)
            {
                throw SqsException.UnsupportedOperation("Message attribute list values in SendMessage operation are not supported.");
            }

            attributes[pair.Name] = new MessageAttribute(
                value.Text("DataType") ?? throw SqsException.InvalidParameterValue($"The message attribute '{pair.Name}' must contain message attribute type."),
                value.Text("StringValue"),
                value.Bytes("BinaryValue"));
        }

        return attributes;
    }

    private byte[]? Bytes(string name)
    {
        if (Member(name) is not { } member)
        {
            return null;
        }

        return member.ValueKind == JsonValueKind.String && member.TryGetBytesFromBase64(out byte[]? bytes)
            ? bytes
            : throw SqsException.Serialization($"{name} must be base64.");
    }

    private static string TextOf(JsonElement value, string name)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            throw SqsException.Serialization($"{name} must be a string.");
        }

        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw SqsException.Serialization($"{name} is not valid Unicode.");
        }
    }

    private JsonElement? Member(string name) =>
        _members.TryGetProperty(name, out JsonElement member) && member.ValueKind != JsonValueKind.Null ? member : null;

    private JsonElement[] Items(string name) => Member(name) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray()],
        _ => throw SqsException.Serialization($"{name} must be a list."),
    };

    private JsonProperty[] Map(string name) => Member(name) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Object } map => [.. map.EnumerateObject()],
        _ => throw SqsException.Serialization($"{name} must be an object."),
    };
}
