using System.Text;

namespace Hashee.Host;

/// <summary>
/// The content of a JSON string whose escapes a reader has checked. Unlike the reader's own copy it has no exception for a surrogate
/// escape without its partner: that reads as U+FFFD.
/// </summary>
internal static class JsonUnescape
{
    internal static void Append(ByteBuffer output, ReadOnlySpan<byte> escaped)
    {
        while (true)
        {
            int plain = escaped.IndexOf((byte)'\\');
            output.Append(plain < 0 ? escaped : escaped[..plain]);
            if (plain < 0)
            {
                return;
            }

            escaped = escaped[(plain + 1)..];
            if (escaped[0] == 'u')
            {
                AppendCodePoint(output, ref escaped);
            }
            else
            {
                output.Append(escaped[0] switch
                {
                    (byte)'n' => (byte)'\n',
                    (byte)'r' => (byte)'\r',
                    (byte)'t' => (byte)'\t',
                    (byte)'b' => (byte)'\b',
                    (byte)'f' => (byte)'\f',
                    byte itself => itself,
                });
                escaped = escaped[1..];
            }
        }
    }

    /// <summary>Reads <c>uXXXX</c>, and the second half of a surrogate pair behind it.</summary>
    private static void AppendCodePoint(ByteBuffer output, ref ReadOnlySpan<byte> escaped)
    {
        char first = ReadUnit(escaped[1..5]);
        escaped = escaped[5..];
        if (!Rune.TryCreate(first, out Rune rune))
        {
            rune = Rune.ReplacementChar;
            if (escaped.StartsWith("\\u"u8) && Rune.TryCreate(first, ReadUnit(escaped[2..6]), out Rune pair))
            {
                rune = pair;
                escaped = escaped[6..];
            }
        }

        output.Advance(rune.EncodeToUtf8(output.GetSpan(4)));
    }

    private static char ReadUnit(ReadOnlySpan<byte> digits)
    {
        int value = 0;
        foreach (byte digit in digits)
        {
            value = (value << 4) | Hex.Value(digit);
        }

        return (char)value;
    }
}
