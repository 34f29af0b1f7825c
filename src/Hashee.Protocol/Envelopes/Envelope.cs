using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Hashee.Protocol;

// A sealed, signed message in the layout hashee-envelope-v1, parsed and nothing else; EnvelopeReader is the way in. It costs its base64
// decoded into one pooled buffer, which Dispose gives back, and nothing else that grows with it.
internal sealed class Envelope : IDisposable
{
    // The context of the signature and then the envelope, so that what is signed is one run of bytes.
    private readonly byte[] _buffer;
    private readonly EnvelopeLayout _layout;
    private bool _isDisposed;

    private Envelope(byte[] buffer, in EnvelopeLayout layout)
    {
        _buffer = buffer;
        _layout = layout;
    }

    internal string SenderId => Encoding.UTF8.GetString(Bytes(_layout.SenderId));

    internal string ConversationId => Encoding.UTF8.GetString(Bytes(_layout.ConversationId));

    internal string MessageId => Encoding.UTF8.GetString(Bytes(_layout.MessageId));

    internal long CreatedUnixMilliseconds => BinaryPrimitives.ReadInt64BigEndian(Bytes(_layout.Created));

    internal ReadOnlySpan<byte> ContextAndHeader => Bytes(.._layout.Header.End);

    internal ReadOnlySpan<byte> Header => Bytes(_layout.Header);

    internal ReadOnlySpan<byte> Recipients => Bytes(_layout.Recipients);

    internal ReadOnlySpan<byte> Ciphertext => Bytes(_layout.Ciphertext);

    internal ReadOnlySpan<byte> SignedBytes => Bytes(.._layout.Signature.Start);

    internal ReadOnlySpan<byte> Signature => Bytes(_layout.Signature);

    // From standard, padded base64 without white space; else refused as UnsupportedVersion or Malformed.
    internal static bool TryParse(ReadOnlySpan<byte> base64, [NotNullWhen(true)] out Envelope? envelope, out EnvelopeOutcome refusal)
    {
        envelope = null;
        refusal = EnvelopeOutcome.Malformed;
        int length = StrictBase64.GetDecodedLength(base64);
        if (length < 0)
        {
            return false;
        }

        ReadOnlySpan<byte> context = EnvelopeFormat.Context;
        int end = context.Length + length;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(end);
        context.CopyTo(buffer);
        if (StrictBase64.TryDecode(base64, buffer.AsSpan(context.Length, length))
            && EnvelopeLayout.TryRead(buffer.AsSpan(0, end), out EnvelopeLayout layout, out refusal))
        {
            envelope = new Envelope(buffer, layout);
            return true;
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return false;
    }

    internal bool Matches(string conversationId, string senderId) =>
        Is(Bytes(_layout.ConversationId), conversationId) && Is(Bytes(_layout.SenderId), senderId);

    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            ArrayPool<byte>.Shared.Return(_buffer);
        }
    }

    private ReadOnlySpan<byte> Bytes(Range range)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _buffer.AsSpan(range);
    }

    private static bool Is(ReadOnlySpan<byte> text, string other)
    {
        Span<byte> buffer = stackalloc byte[EnvelopeFormat.MaxTextLength];
        return UnicodeText.TryEncode(other, buffer, out ReadOnlySpan<byte> utf8) && text.SequenceEqual(utf8);
    }
}
