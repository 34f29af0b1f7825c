using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Hashee.Formats;

namespace Hashee.Protocol;

// Where one value of a JSON object stands in its bytes; the default is a field that is not there.
internal readonly struct JsonField
{
    // The reader keeps one bit for each level, so that no depth is too much for it.
    private static readonly JsonReaderOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    private readonly JsonTokenType _type;
    private readonly int _start;
    private readonly int _length;

    private JsonField(JsonTokenType type, int start, int length, bool isEscaped)
    {
        _type = type;
        _start = start;
        _length = length;
        IsEscaped = isEscaped;
    }

    // A null counts as a field that is not there.
    internal bool IsPresent => _type is not (JsonTokenType.None or JsonTokenType.Null);

    internal bool IsString => _type == JsonTokenType.String;

    internal bool IsObject => _type == JsonTokenType.StartObject;

    internal bool IsEscaped { get; }

    private bool IsNumber => _type == JsonTokenType.Number;

    // Finds the fields of these ASCII names; of a name that is there twice, the last one counts. False when the text, which must be
    // valid UTF-8, is not exactly one JSON object.
    internal static bool TryFind(ReadOnlySpan<byte> json, ReadOnlySpan<string> names, Span<JsonField> fields)
    {
        fields.Clear();
        Utf8JsonReader reader = new(json, AnyDepth);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                int index = IndexOf(reader, names);
                reader.Read();
                JsonField field = Take(ref reader);
                if (index >= 0)
                {
                    fields[index] = field;
                }
            }

            // Here the reader throws at anything but white space.
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // A string's inside, escapes and all; any other value as it stands.
    internal ReadOnlySpan<byte> Raw(ReadOnlySpan<byte> json) => json.Slice(_start, _length);

    internal ReadOnlyMemory<byte> Raw(ReadOnlyMemory<byte> json) => json.Slice(_start, _length);

    // Null when it is no string, or one with a lone surrogate.
    internal string? AsString(ReadOnlySpan<byte> json) => IsString ? JsonText.Read(Raw(json), IsEscaped) : null;

    // Any value in JSON.
    internal byte[] AsJson(ReadOnlySpan<byte> json) => (IsString ? json.Slice(_start - 1, _length + 2) : Raw(json)).ToArray();

    internal bool? AsBoolean() => _type switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => null,
    };

    internal long? AsInt64(ReadOnlySpan<byte> json) =>
        IsNumber && Utf8Parser.TryParse(Raw(json), out long value, out int consumed) && consumed == _length ? value : null;

    internal double? AsDouble(ReadOnlySpan<byte> json) =>
        IsNumber && Utf8Parser.TryParse(Raw(json), out double value, out int consumed) && consumed == _length ? value : null;

    private static JsonField Take(ref Utf8JsonReader reader)
    {
        JsonTokenType type = reader.TokenType;
        int start = (int)reader.TokenStartIndex;
        if (type == JsonTokenType.String)
        {
            return new JsonField(type, start + 1, reader.ValueSpan.Length, reader.ValueIsEscaped);
        }

        reader.Skip();
        return new JsonField(type, start, (int)reader.BytesConsumed - start, false);
    }

    private static int IndexOf(in Utf8JsonReader reader, ReadOnlySpan<string> names)
    {
        ReadOnlySpan<byte> name = reader.ValueSpan;
        if (reader.ValueIsEscaped)
        {
            // No name is longer than 16 characters, and each of them may be written with six.
            Span<byte> buffer = stackalloc byte[6 * 16];
            if (name.Length > buffer.Length || !JsonText.TryResolve(name, buffer, out int written))
            {
                return -1;
            }

            return IndexOf(buffer[..written], names);
        }

        return IndexOf(name, names);
    }

    private static int IndexOf(ReadOnlySpan<byte> name, ReadOnlySpan<string> names)
    {
        for (int i = 0; i < names.Length; i++)
        {
            if (Ascii.Equals(name, names[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
