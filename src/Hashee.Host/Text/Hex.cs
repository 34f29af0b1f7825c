namespace Hashee.Host;

/// <summary>Hexadecimal digits, written in lower case.</summary>
internal static class Hex
{
    internal static byte Digit(int value) => "0123456789abcdef"u8[value];

    /// <summary>The value of a digit of either case, or -1.</summary>
    internal static int Value(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        _ => -1,
    };

    internal static void Write(ReadOnlySpan<byte> bytes, Span<byte> to)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            to[2 * i] = Digit(bytes[i] >> 4);
            to[(2 * i) + 1] = Digit(bytes[i] & 15);
        }
    }
}
