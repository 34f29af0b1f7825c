using System.Globalization;
using System.Text;
using System.Text.Json;
using Hashee.Formats;
using Hashee.Host;

namespace Hashee.Aws;

/// <summary>An attribute's value.</summary>
internal readonly struct DynamoValue
{
    private readonly string _type;

    private DynamoValue(string type, string text)
    {
        _type = type;
        Text = text;
    }

    /// <summary>DynamoDB's name of the type: S, N, B, BOOL, NULL, M, L, SS, NS or BS.</summary>
    internal string Type => _type ?? "NULL";

    /// <summary>A text, a number's digits, or bytes in base64; of all other types the value's JSON.</summary>
    internal string Text => field ?? "true";

    /// <summary>A text (S).</summary>
    public static implicit operator DynamoValue(string text) => new("S", text);

    /// <summary>A number (N).</summary>
    public static implicit operator DynamoValue(long number) => new("N", number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Bytes (B).</summary>
    internal static DynamoValue OfBytes(ReadOnlySpan<byte> bytes) => new("B", Convert.ToBase64String(bytes));

    /// <summary>Reads a value with its type; the reader stands before it.</summary>
    /// <param name="reader">Reads <paramref name="json"/>.</param>
    /// <param name="json">The whole of it.</param>
    /// <exception cref="JsonException">This is no value.</exception>
    /// <exception cref="InvalidOperationException">A text is not valid Unicode.</exception>
    internal static DynamoValue Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        Expect(reader.Read() && reader.TokenType == JsonTokenType.StartObject);
        Expect(reader.Read() && reader.TokenType == JsonTokenType.PropertyName);
        string type = reader.GetString()!;
        Expect(reader.Read());
        string text;
        if (type is "S" or "N" or "B")
        {
            Expect(reader.TokenType == JsonTokenType.String);
            text = reader.GetString()!;
        }
        else
        {
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            text = Encoding.UTF8.GetString(json[start..(int)reader.BytesConsumed]);
        }

        Expect(reader.Read() && reader.TokenType == JsonTokenType.EndObject);
        return new DynamoValue(type, text);
    }

    /// <summary>Writes the value with its type.</summary>
    internal void Write(ByteBuffer output)
    {
        output.Append("{\""u8);
        output.Append(Type);
        output.Append("\":"u8);
        if (Type is "S" or "N" or "B")
        {
            JsonText.WriteString(output, Text);
        }
        else
        {
            output.Append(Text);
        }

        output.Append((byte)'}');
    }

    private static void Expect(bool holds)
    {
        if (!holds)
        {
            throw new JsonException("This is no value of DynamoDB.");
        }
    }
}
