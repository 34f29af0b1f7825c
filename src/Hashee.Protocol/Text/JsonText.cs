using System.Buffers;
using System.Text;

namespace Hashee.Formats;

/// <summary>
/// JSON strings (RFC 8259, section 7) on the hot path: only what must be escaped is, everything else is copied in long runs. What is read
/// was accepted by Utf8JsonReader, whose own methods throw at an escaped lone surrogate.
/// </summary>
internal static class JsonText
{
    private static readonly SearchValues<byte> Escaped = SearchValues.Create(
        "\"\\\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f"u8 +
        "\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f"u8);

    private static ReadOnlySpan<byte> Digits => "0123456789abcdef"u8;

    /// <summary>Writes a JSON string with its quotes.</summary>
    /// <param name="output">Takes the bytes.</param>
    /// <param name="utf8">The string's content, valid UTF-8.</param>
    internal static void WriteString(IBufferWriter<byte> output, ReadOnlySpan<byte> utf8)
    {
        output.Write("\""u8);
        WriteEscaped(output, utf8);
        output.Write("\""u8);
    }

    /// <summary>Writes a JSON string with its quotes; a lone surrogate becomes U+FFFD.</summary>
    /// <param name="output">Takes the bytes.</param>
    /// <param name="text">The string's content.</param>
    internal static void WriteString(IBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        output.Write("\""u8);
        WriteEscaped(output, text);
        output.Write("\""u8);
    }

    /// <summary>Writes the inside of a JSON string.</summary>
    internal static void WriteEscaped(IBufferWriter<byte> output, ReadOnlySpan<byte> utf8)
    {
        while (true)
        {
            int plain = utf8.IndexOfAny(Escaped);
            output.Write(plain < 0 ? utf8 : utf8[..plain]);
            if (plain < 0)
            {
                return;
            }

            WriteEscape(output, utf8[plain]);
            utf8 = utf8[(plain + 1)..];
        }
    }

    /// <summary>Writes the inside of a JSON string, transcoding piece by piece so that no copy of the whole is made.</summary>
    internal static void WriteEscaped(IBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        Span<byte> utf8 = stackalloc byte[384];
        while (!text.IsEmpty)
        {
            int length = Math.Min(text.Length, 128);
            if (length < text.Length && char.IsHighSurrogate(text[length - 1]))
            {
                length--;
            }

            WriteEscaped(output, utf8[..Encoding.UTF8.GetBytes(text[..length], utf8)]);
            text = text[length..];
        }
    }

    /// <summary>The bytes that <see cref="WriteEscaped(IBufferWriter{byte}, ReadOnlySpan{byte})"/> writes.</summary>
    internal static long GetEscapedLength(ReadOnlySpan<byte> utf8)
    {
        long length = 0;
        foreach (byte value in utf8)
        {
            length += value switch
            {
                (byte)'"' or (byte)'\\' or (byte)'\n' or (byte)'\r' or (byte)'\t' => 2,
                < (byte)' ' => 6,
                _ => 1,
            };
        }

        return length;
    }

    /// <summary>The text of what stands between a string's quotes; null when it has a lone surrogate.</summary>
    internal static string? Read(ReadOnlySpan<byte> raw, bool isEscaped)
    {
        if (!isEscaped)
        {
            return Encoding.UTF8.GetString(raw);
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(raw.Length);
        try
        {
            return TryResolve(raw, buffer, out int written) ? Encoding.UTF8.GetString(buffer, 0, written) : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    /// <summary>Resolves the escapes.</summary>
    /// <param name="raw">The string as it stands between its quotes.</param>
    /// <param name="utf8">At least as long as <paramref name="raw"/>.</param>
    /// <param name="written">The bytes written, all of the text; a lone surrogate reads as U+FFFD.</param>
    /// <returns>False when there was a lone surrogate.</returns>
    internal static bool TryResolve(ReadOnlySpan<byte> raw, Span<byte> utf8, out int written)
    {
        bool isUnicode = true;
        written = 0;
        while (true)
        {
            int escape = raw.IndexOf((byte)'\\');
            ReadOnlySpan<byte> run = escape < 0 ? raw : raw[..escape];
            run.CopyTo(utf8[written..]);
            written += run.Length;
            if (escape < 0)
            {
                return isUnicode;
            }

            raw = raw[escape..];
            isUnicode &= TryTakeEscape(ref raw, out Rune character);
            written += character.EncodeToUtf8(utf8[written..]);
        }
    }

    private static void WriteEscape(IBufferWriter<byte> output, byte value)
    {
        Span<byte> escape = output.GetSpan(6);
        escape[0] = (byte)'\\';
        escape[1] = value switch
        {
            (byte)'"' or (byte)'\\' => value,
            (byte)'\n' => (byte)'n',
            (byte)'\r' => (byte)'r',
            (byte)'\t' => (byte)'t',
            _ => (byte)'u',
        };
        if (escape[1] != 'u')
        {
            output.Advance(2);
            return;
        }

        "00"u8.CopyTo(escape[2..]);
        escape[4] = Digits[value >> 4];
        escape[5] = Digits[value & 15];
        output.Advance(6);
    }

    private static bool TryTakeEscape(ref ReadOnlySpan<byte> raw, out Rune character)
    {
        byte kind = raw[1];
        if (kind != 'u')
        {
            character = new Rune(kind switch
            {
                (byte)'b' => '\b',
                (byte)'f' => '\f',
                (byte)'n' => '\n',
                (byte)'r' => '\r',
                (byte)'t' => '\t',
                _ => (char)kind,
            });
            raw = raw[2..];
            return true;
        }

        char unit = ReadUnit(raw);
        raw = raw[6..];
        if (Rune.TryCreate(unit, out character))
        {
            return true;
        }

        if (raw.StartsWith("\\u"u8) && Rune.TryCreate(unit, ReadUnit(raw), out character))
        {
            raw = raw[6..];
            return true;
        }

        character = Rune.ReplacementChar;
        return false;
    }

    /// <summary>A UTF-16 code unit: <c>\u</c> and four hex digits, which the reader has checked.</summary>
    private static char ReadUnit(ReadOnlySpan<byte> raw)
    {
        int unit = 0;
        foreach (byte digit in raw.Slice(2, 4))
        {
            unit = (unit << 4) | ((digit & 0xF) + (digit > '9' ? 9 : 0));
        }

        return (char)unit;
    }
}
