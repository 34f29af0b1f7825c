using System.Buffers;
using System.Text.Unicode;

namespace Hashee.Protocol;

internal static class UnicodeText
{
    // UTF-8 that a queue hands on unaltered: valid, and without the two noncharacters that XML leaves out (XML 1.0, section 2.2).
    internal static bool IsTransportable(ReadOnlySpan<byte> utf8) =>
        Utf8.IsValid(utf8)
        && utf8.IndexOf("\uFFFE"u8) < 0
        && utf8.IndexOf("\uFFFF"u8) < 0;

    // The UTF-8 of a text at the start of a buffer that must suffice; false when it does not, or the text has a lone surrogate.
    internal static bool TryEncode(ReadOnlySpan<char> text, Span<byte> buffer, out ReadOnlySpan<byte> utf8)
    {
        OperationStatus status = Utf8.FromUtf16(text, buffer, out _, out int written, replaceInvalidSequences: false);
        utf8 = buffer[..written];
        return status == OperationStatus.Done;
    }
}
