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

        // The decoder refuses unused bits that are set, and skips white space: then it writes less than the length promises.
        return Base64.DecodeFromUtf8(text, destination, out _, out int written) == OperationStatus.Done
            && written == destination.Length;
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
}
