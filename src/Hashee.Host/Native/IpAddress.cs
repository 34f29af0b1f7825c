namespace Hashee.Host.Native;

/// <summary>What the C library's inet_pton says about a text.</summary>
internal static unsafe class IpAddress
{
    private const int LongestText = 46;

    internal static bool IsV4(ReadOnlySpan<char> text) => TryParse(Libc.InternetV4, text, stackalloc byte[4]);

    internal static bool IsV6(ReadOnlySpan<char> text) => TryParse(Libc.InternetV6, text, stackalloc byte[16]);

    internal static bool IsLoopback(ReadOnlySpan<char> text)
    {
        Span<byte> address = stackalloc byte[16];
        return TryParse(Libc.InternetV4, text, address)
            ? address[0] == 127
            : TryParse(Libc.InternetV6, text, address) && address[..15].IndexOfAnyExcept((byte)0) < 0 && address[15] == 1;
    }

    private static bool TryParse(int family, ReadOnlySpan<char> text, Span<byte> address)
    {
        Span<byte> terminated = stackalloc byte[LongestText * 3];
        if (text.Length >= LongestText)
        {
            return false;
        }

        NullTerminated.Write(text, terminated);
        fixed (byte* source = terminated, destination = address)
        {
            return Libc.ParseAddress(family, source, destination) == 1;
        }
    }
}
