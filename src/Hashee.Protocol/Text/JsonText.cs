using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Hashee.Protocol;

// The inside of a JSON string that Utf8JsonReader has accepted, in valid UTF-8. What is left to check are escaped lone surrogates, at
// which the reader's own methods throw.
internal static class JsonText
{
    // Null when the text has a lone surrogate.
    internal static string? ToString(ReadOnlySpan<byte> raw, bool isEscaped)
    {
        if (!isEscaped)
        {
            return Encoding.UTF8.GetString(raw);
        }
        byte[] buffer = ArrayPool<byte>.Shared.Rent(raw.Length);
        try
        {
            return TryUnescape(raw, buffer, out int written) ? Encoding.UTF8.GetString(buffer, 0, written) : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    // The destination must be as long as the raw text. False when the text has a lone surrogate.
    internal static bool TryUnescape(ReadOnlySpan<byte> raw, Span<byte> utf8, out int written)
    {
        written = 0;
        while (true)
        {
            int escape = raw.IndexOf((byte)'\\');
            ReadOnlySpan<byte> run = escape < 0 ? raw : raw[..escape];
            run.CopyTo(utf8[written..]);
            written += run.Length;
            if (escape < 0)
            {
                return true;
            }
            raw = raw[escape..];
            if (!TryTakeEscape(ref raw, out Rune character))
            {
                return false;
            }
            written += character.EncodeToUtf8(utf8[written..]);
        }
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
        char unit = TakeUnit(ref raw);
        return Rune.TryCreate(unit, out character)
            || (raw.StartsWith("\\u"u8) && Rune.TryCreate(unit, TakeUnit(ref raw), out character));
    }

    // A UTF-16 code unit: \u and four hex digits, which the reader has checked.
    private static char TakeUnit(ref ReadOnlySpan<byte> raw)
    {
        _ = Utf8Parser.TryParse(raw.Slice(2, 4), out ushort unit, out _, 'x');
        raw = raw[6..];
        return (char)unit;
    }
}
