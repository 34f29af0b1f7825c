using System.Buffers;
using System.Text;

namespace Hashee.Host;

/// <summary>
/// JSON strings (RFC 8259, section 7) on the hot path: only what must be escaped is, everything else is copied in long runs.
/// </summary>
internal static class JsonText
{
    private static readonly SearchValues<byte> Escaped = SearchValues.Create(
        "\"\\\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f"u8 +
        "\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f"u8);

    /// <summary>Writes a JSON string with its quotes.</summary>
    /// <param name="output">Takes the bytes.</param>
    /// <param name="utf8">The string's content, valid UTF-8.</param>
    public static void WriteString(IBufferWriter<byte> output, ReadOnlySpan<byte> utf8)
    {
        output.Write("\""u8);
        WriteEscaped(output, utf8);
        output.Write("\""u8);
    }

    /// <summary>Writes a JSON string with its quotes; a lone surrogate becomes U+FFFD.</summary>
    /// <param name="output">Takes the bytes.</param>
    /// <param name="text">The string's content.</param>
    public static void WriteString(IBufferWriter<byte> output, ReadOnlySpan<char> text)
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
        escape[4] = Hex.Digit(value >> 4);
        escape[5] = Hex.Digit(value & 15);
        output.Advance(6);
    }
}
