using System.Buffers.Binary;

namespace Hashee.Protocol;

// Where the parts of a well-formed envelope stand in a buffer that has the context of the signature before it.
internal readonly struct EnvelopeLayout
{
    internal Range SenderId { get; private init; }

    internal Range ConversationId { get; private init; }

    internal Range MessageId { get; private init; }

    internal Range Created { get; private init; }

    internal Range Header { get; private init; }

    internal Range Recipients { get; private init; }

    internal Range Ciphertext { get; private init; }

    internal Range Signature { get; private init; }

    // The bytes are the context and then the envelope, to its last byte.
    internal static bool TryRead(ReadOnlySpan<byte> bytes, out EnvelopeLayout layout, out EnvelopeOutcome refusal)
    {
        layout = default;
        refusal = EnvelopeOutcome.Malformed;
        int start = EnvelopeFormat.Context.Length;
        EnvelopeCursor cursor = new(bytes, start);
        if (!cursor.TryTake(EnvelopeFormat.Magic.Length, out ReadOnlySpan<byte> magic))
        {
            return false;
        }

        if (!magic.SequenceEqual(EnvelopeFormat.Magic))
        {
            refusal = EnvelopeOutcome.UnsupportedVersion;
            return false;
        }

        if (!TryTakeText(ref cursor, out Range senderId)
            || !TryTakeText(ref cursor, out Range conversationId)
            || !TryTakeText(ref cursor, out Range messageId)
            || !TryTake(ref cursor, sizeof(long), out Range created)
            || !TryTake(ref cursor, Aead.NonceSize, out Range nonce)
            || !TryTakeRecipients(ref cursor, out Range recipients)
            || !TryTakeCiphertext(ref cursor, out Range ciphertext)
            || !TryTake(ref cursor, EnvelopeFormat.SignatureSize, out Range signature)
            || cursor.Remaining != 0)
        {
            return false;
        }

        refusal = EnvelopeOutcome.Undecided;
        layout = new EnvelopeLayout
        {
            SenderId = senderId,
            ConversationId = conversationId,
            MessageId = messageId,
            Created = created,
            Header = start..nonce.End,
            Recipients = recipients,
            Ciphertext = ciphertext,
            Signature = signature,
        };
        return true;
    }

    private static bool TryTake(ref EnvelopeCursor cursor, long length, out Range range)
    {
        int start = cursor.Position;
        bool taken = cursor.TryTake(length, out _);
        range = start..cursor.Position;
        return taken;
    }

    private static bool TryTakeText(ref EnvelopeCursor cursor, out Range range)
    {
        bool taken = cursor.TryTakeText(out ReadOnlySpan<byte> text);
        range = (cursor.Position - text.Length)..cursor.Position;
        return taken;
    }

    private static bool TryTakeRecipients(ref EnvelopeCursor cursor, out Range range)
    {
        range = default;
        if (!cursor.TryTake(sizeof(ushort), out ReadOnlySpan<byte> bytes))
        {
            return false;
        }

        int start = cursor.Position;
        for (int count = BinaryPrimitives.ReadUInt16BigEndian(bytes); count > 0; count--)
        {
            if (!cursor.TryTakeRecipient(out _, out _, out _))
            {
                return false;
            }
        }

        range = start..cursor.Position;
        return true;
    }

    private static bool TryTakeCiphertext(ref EnvelopeCursor cursor, out Range range)
    {
        range = default;
        if (!cursor.TryTake(sizeof(uint), out ReadOnlySpan<byte> bytes))
        {
            return false;
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        return length >= Aead.TagSize && TryTake(ref cursor, length, out range);
    }
}
