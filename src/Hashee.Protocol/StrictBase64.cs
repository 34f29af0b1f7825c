using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Hashee.Protocol;

// Standard base64 (RFC 4648, section 4) in its one canonical spelling: padded, no white space, unused bits zero.
internal static class StrictBase64
{
    // The number of bytes that a well-formed text of this length and padding stands for; -1 when no text has this length.
    internal static int GetDecodedLength(ReadOnlySpan<byte> text)
    {
        if (text.Length % 4 != 0)
        {
            return -1;
        }
        int padding = text.EndsWith("=="u8) ? 2 : text.EndsWith("="u8) ? 1 : 0;
        return text.Length / 4 * 3 - padding;
    }

    // Fills the destination to the last byte, or says false.
    internal static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        if (GetDecodedLength(text) != destination.Length)
        {
            return false;
        }
        // The decoder skips white space: then it writes less than this length promises.
        return Base64.DecodeFromUtf8(text, destination, out _, out int written) == OperationStatus.Done
            && written == destination.Length
            && HasNoUnusedBits(text, destination);
    }

    // For keys: the text of the longest has 88 characters.
    internal static bool TryDecode(ReadOnlySpan<char> text, Span<byte> destination)
    {
        Span<byte> ascii = stackalloc byte[88];
        try
        {
            return text.Length <= ascii.Length
                && Ascii.FromUtf16(text, ascii, out int written) == OperationStatus.Done
                && TryDecode(ascii[..written], destination);
        }
        finally
        {
            Sodium.Wipe(ascii);
        }
    }

    private static bool HasNoUnusedBits(ReadOnlySpan<byte> text, ReadOnlySpan<byte> decoded)
    {
        int tail = decoded.Length % 3;
        if (tail == 0)
        {
            return true;
        }
        Span<byte> canonical = stackalloc byte[4];
        Base64.EncodeToUtf8(decoded[^tail..], canonical, out _, out _);
        bool same = text.EndsWith(canonical);
        Sodium.Wipe(canonical);
        return same;
    }
}
