using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Hashee.Formats;
using Hashee.Host;

namespace Hashee.Lambda;

/// <summary>
/// Reads the event of a Function URL or HTTP API in payload format 2.0 (Lambda developer guide, "Function URL request payload"). One
/// object reads one event after the other into the same buffers; its spans are valid until the next <see cref="TryRead"/>. Fields may
/// come in any order, unknown ones are ignored, whatever they hold. A lone surrogate escape reads as U+FFFD. Nothing throws on bad input.
/// </summary>
public sealed class HttpRequest
{
    private readonly ByteBuffer _text = new(4096);
    private readonly ByteBuffer _body = new(4096);
    private Range _method;
    private Range _path;
    private HeaderField[] _headers = new HeaderField[32];
    private int _headerCount;

    /// <summary>The method as it was sent (<c>requestContext.http.method</c>).</summary>
    public ReadOnlySpan<byte> Method => _text.Written[_method];

    /// <summary>The path with its percent-encoding (<c>rawPath</c>).</summary>
    public ReadOnlySpan<byte> Path => _text.Written[_path];

    /// <summary>The body's bytes, out of base64 when the event has them so; empty when there is none.</summary>
    public ReadOnlySpan<byte> Body => _body.Written;

    /// <summary>Reads an event.</summary>
    /// <param name="payload">The event.</param>
    /// <returns>False when it is not JSON or not of this format; the other members are then meaningless.</returns>
    public bool TryRead(ReadOnlySpan<byte> payload)
    {
        _text.Clear();
        _body.Clear();
        _headerCount = 0;
        _method = _path = default;
        try
        {
            // The reader's default would give up at a depth of 64.
            Utf8JsonReader reader = new(payload, new JsonReaderOptions { MaxDepth = int.MaxValue });
            return TryReadEvent(ref reader) && !reader.Read() && !Method.IsEmpty && !Path.IsEmpty;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // An InvalidOperationException is the reader's word for a name with half of a surrogate pair in it.
            return false;
        }
    }

    /// <summary>Finds a header.</summary>
    /// <param name="lowerCaseName">The name in lower case; the event may have it in any.</param>
    /// <param name="value">The value when there is exactly one, else empty.</param>
    public HeaderPresence GetHeader(ReadOnlySpan<byte> lowerCaseName, out ReadOnlySpan<byte> value)
    {
        value = default;
        HeaderPresence presence = HeaderPresence.Missing;
        foreach (HeaderField header in _headers.AsSpan(0, _headerCount))
        {
            if (Ascii.EqualsIgnoreCase(_text.Written[header.Name], lowerCaseName))
            {
                if (presence != HeaderPresence.Missing)
                {
                    value = default;
                    return HeaderPresence.Repeated;
                }

                presence = HeaderPresence.Once;
                value = _text.Written[header.Value];
            }
        }

        return presence;
    }

    private bool TryReadEvent(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        bool isBase64 = false;
        bool isValid = true;
        while (isValid && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("body"u8))
            {
                isValid = TryReadBody(ref reader);
            }
            else if (reader.ValueTextEquals("headers"u8))
            {
                isValid = TryReadHeaders(ref reader);
            }
            else if (reader.ValueTextEquals("isBase64Encoded"u8))
            {
                reader.Read();
                isBase64 = reader.TokenType == JsonTokenType.True;
                isValid = isBase64 || reader.TokenType == JsonTokenType.False;
            }
            else if (reader.ValueTextEquals("rawPath"u8))
            {
                isValid = TryReadText(ref reader, out _path);
            }
            else if (reader.ValueTextEquals("requestContext"u8))
            {
                isValid = TryReadContext(ref reader);
            }
            else if (reader.ValueTextEquals("version"u8))
            {
                isValid = reader.Read() && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("2.0"u8);
            }
            else
            {
                reader.Skip();
            }
        }

        return isValid && (!isBase64 || TryDecodeBody());
    }

    private bool TryReadBody(ref Utf8JsonReader reader)
    {
        reader.Read();
        _body.Clear();
        if (reader.TokenType == JsonTokenType.String)
        {
            Resolve(reader.ValueSpan, _body);
        }

        return reader.TokenType is JsonTokenType.String or JsonTokenType.Null;
    }

    private bool TryDecodeBody()
    {
        Span<byte> bytes = _body.WrittenForChange;
        bool isValid = Base64.DecodeFromUtf8InPlace(bytes, out int length) == OperationStatus.Done;
        _body.Truncate(isValid ? length : 0);
        return isValid;
    }

    private bool TryReadHeaders(ref Utf8JsonReader reader)
    {
        _headerCount = 0;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return reader.TokenType == JsonTokenType.Null;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            Range name = AppendText(reader.ValueSpan);
            if (!TryReadText(ref reader, out Range value))
            {
                return false;
            }

            if (_headerCount == _headers.Length)
            {
                Array.Resize(ref _headers, 2 * _headers.Length);
            }

            _headers[_headerCount++] = new HeaderField(name, value);
        }

        return true;
    }

    private bool TryReadContext(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!reader.ValueTextEquals("http"u8))
            {
                reader.Skip();
            }
            else if (!TryReadHttp(ref reader))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryReadHttp(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!reader.ValueTextEquals("method"u8))
            {
                reader.Skip();
            }
            else if (!TryReadText(ref reader, out _method))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryReadText(ref Utf8JsonReader reader, out Range text)
    {
        reader.Read();
        bool isText = reader.TokenType == JsonTokenType.String;
        text = isText ? AppendText(reader.ValueSpan) : default;
        return isText;
    }

    private Range AppendText(ReadOnlySpan<byte> escaped)
    {
        int start = _text.Length;
        Resolve(escaped, _text);
        return start.._text.Length;
    }

    private readonly struct HeaderField(Range name, Range value)
    {
        internal Range Name => name;

        internal Range Value => value;
    }

    /// <summary>Appends a JSON string's content; a lone surrogate reads as U+FFFD.</summary>
    private static void Resolve(ReadOnlySpan<byte> escaped, ByteBuffer output)
    {
        _ = JsonText.TryResolve(escaped, output.GetSpan(escaped.Length), out int length);
        output.Advance(length);
    }
}
