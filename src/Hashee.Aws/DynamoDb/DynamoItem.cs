using System.Globalization;
using System.Text.Json;
using Hashee.Formats;
using Hashee.Host;

namespace Hashee.Aws;

/// <summary>An item, a key of one, or the values of an expression: attributes by name.</summary>
internal sealed class DynamoItem
{
    private readonly List<(string Name, DynamoValue Value)> _attributes = [];

    /// <summary>The number of attributes.</summary>
    internal int Count => _attributes.Count;

    /// <summary>The attributes in no particular order.</summary>
    internal IReadOnlyList<(string Name, DynamoValue Value)> Attributes => _attributes;

    /// <summary>Sets an attribute.</summary>
    internal DynamoValue this[string name]
    {
        set
        {
            int index = _attributes.FindIndex(attribute => attribute.Name == name);
            if (index >= 0)
            {
                _attributes[index] = (name, value);
            }
            else
            {
                _attributes.Add((name, value));
            }
        }
    }

    /// <summary>The text of an attribute of type S; null when there is none.</summary>
    internal string? Text(string name) => TryGet(name, out DynamoValue value) && value.Type == "S" ? value.Text : null;

    /// <summary>A whole number, an attribute of type N; null when there is none.</summary>
    internal long? Number(string name) =>
        TryGet(name, out DynamoValue value) && value.Type == "N" &&
            long.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            ? number
            : null;

    /// <summary>Finds an attribute.</summary>
    internal bool TryGet(string name, out DynamoValue value)
    {
        foreach ((string candidate, DynamoValue found) in _attributes)
        {
            if (candidate == name)
            {
                value = found;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>Writes the attributes as a JSON object.</summary>
    internal void Write(ByteBuffer output)
    {
        output.Append((byte)'{');
        for (int i = 0; i < _attributes.Count; i++)
        {
            output.Append(i == 0 ? default : ","u8);
            JsonText.WriteString(output, _attributes[i].Name);
            output.Append((byte)':');
            _attributes[i].Value.Write(output);
        }

        output.Append((byte)'}');
    }

    /// <summary>Reads a JSON object; the reader stands at its start.</summary>
    /// <param name="reader">Reads <paramref name="json"/>.</param>
    /// <param name="json">The whole of it.</param>
    /// <exception cref="JsonException">This is no item.</exception>
    /// <exception cref="InvalidOperationException">A text is not valid Unicode.</exception>
    internal static DynamoItem Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("This is no item of DynamoDB.");
        }

        DynamoItem item = new();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            item._attributes.Add((name, DynamoValue.Read(ref reader, json)));
        }

        return item;
    }
}
