using System.Text.Unicode;

namespace Hashee.Protocol;

// Walks an envelope from a position to the end of its bytes.
internal ref struct EnvelopeCursor(ReadOnlySpan<byte> bytes, int position)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    internal int Position { get; private set; } = position;

    internal readonly int Remaining => _bytes.Length - Position;

    internal bool TryTake(long length, out ReadOnlySpan<byte> taken)
    {
        if (length > Remaining)
        {
            taken = default;
            return false;
        }

        taken = _bytes.Slice(Position, (int)length);
        Position += (int)length;
        return true;
    }

    internal bool TryTakeText(out ReadOnlySpan<byte> text)
    {
        text = default;
        return TryTake(1, out ReadOnlySpan<byte> length)
            && length[0] != 0
            && TryTake(length[0], out text)
            && Utf8.IsValid(text);
    }

    internal bool TryTakeRecipient(
        out ReadOnlySpan<byte> id, out ReadOnlySpan<byte> encapsulatedKey, out ReadOnlySpan<byte> wrappedKey)
    {
        encapsulatedKey = wrappedKey = default;
        return TryTakeText(out id)
            && TryTake(Hpke.EncapsulatedKeySize, out encapsulatedKey)
            && TryTake(EnvelopeFormat.WrappedKeySize, out wrappedKey);
    }
}
