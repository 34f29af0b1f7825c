namespace Hashee.Protocol;

// 128 bits as ULID text: 26 characters of Crockford's base32, the first of which carries 3 bits.
internal static class Ulid
{
    internal const int Size = 16;
    internal const int TextLength = 26;

    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    internal static string ToText(ReadOnlySpan<byte> bytes)
    {
        UInt128 value = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
        Span<char> text = stackalloc char[TextLength];
        for (int i = text.Length - 1; i >= 0; i--)
        {
            text[i] = Alphabet[(int)(value & 31)];
            value >>= 5;
        }

        return new string(text);
    }
}
