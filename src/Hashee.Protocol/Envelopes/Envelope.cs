using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Hashee.Protocol;

/// <summary>A sealed, signed message in the layout <c>hashee-envelope-v1</c>: parsed, then verified, then decrypted.</summary>
/// <remarks>
/// Until it is verified it costs its base64 decoded into one pooled buffer, which <see cref="Dispose"/> gives back, and nothing else
/// that grows with it. The entries that bear one id cost an X25519 agreement each. Their number has no limit of its own: what fits
/// into a call of 1 MB is about 6,700 entries with a UUID as id, a quarter of a second, and it is spent only after the signature held.
/// </remarks>
public sealed class Envelope : IDisposable
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

    /// <summary>The sender's id: 1 to 255 bytes of UTF-8 in the envelope. A new string each time.</summary>
    public string SenderId => Encoding.UTF8.GetString(Bytes(_layout.SenderId));

    /// <summary>The conversation's id: 1 to 255 bytes of UTF-8 in the envelope. A new string each time.</summary>
    public string ConversationId => Encoding.UTF8.GetString(Bytes(_layout.ConversationId));

    /// <summary>The message's id: 1 to 255 bytes of UTF-8 in the envelope. A new string each time.</summary>
    public string MessageId => Encoding.UTF8.GetString(Bytes(_layout.MessageId));

    /// <summary>When the sender's device sealed it, in Unix milliseconds; any 64-bit value.</summary>
    public long CreatedUnixMilliseconds => BinaryPrimitives.ReadInt64BigEndian(Bytes(_layout.Created));

    /// <summary>Parses an envelope.</summary>
    /// <param name="base64">Standard, padded base64 without white space.</param>
    /// <param name="envelope">The envelope, parsed and not verified.</param>
    /// <param name="refusal">Otherwise <see cref="EnvelopeOutcome.UnsupportedVersion"/> or <see cref="EnvelopeOutcome.Malformed"/>.</param>
    public static bool TryParse(ReadOnlySpan<byte> base64, [NotNullWhen(true)] out Envelope? envelope, out EnvelopeOutcome refusal)
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

    /// <summary>Does everything that a reader does, in the protocol's order: parse, compare with the event, verify, decrypt.</summary>
    /// <param name="base64">Standard, padded base64 without white space.</param>
    /// <param name="conversationId">The conversation that the event names.</param>
    /// <param name="senderId">The sender that the event names.</param>
    /// <param name="senderKeys">The sender's signing keys, one for each device; empty for an unknown sender.</param>
    /// <param name="recipientId">The reader's id.</param>
    /// <param name="key">The reader's key.</param>
    /// <param name="payload">The payload's JSON, when <see cref="EnvelopeOutcome.Opened"/> is returned.</param>
    public static EnvelopeOutcome Open(
        ReadOnlySpan<byte> base64, string conversationId, string senderId, ReadOnlySpan<Ed25519PublicKey> senderKeys,
        string recipientId, X25519PrivateKey key, out byte[]? payload)
    {
        payload = null;
        if (!TryParse(base64, out Envelope? envelope, out EnvelopeOutcome refusal))
        {
            return refusal;
        }
        using (envelope)
        {
            return !envelope.Matches(conversationId, senderId) ? EnvelopeOutcome.MetadataMismatch
                : senderKeys.IsEmpty ? EnvelopeOutcome.UnknownSender
                : !envelope.IsSignedByAny(senderKeys) ? EnvelopeOutcome.BadSignature
                : envelope.Decrypt(recipientId, key, out payload);
        }
    }

    /// <summary>Whether the envelope's conversation and sender are these.</summary>
    public bool Matches(string conversationId, string senderId) =>
        Is(Bytes(_layout.ConversationId), conversationId) && Is(Bytes(_layout.SenderId), senderId);

    /// <summary>Whether this key signed the envelope.</summary>
    public bool IsSignedBy(Ed25519PublicKey key) => key.Verify(Bytes(.._layout.Signature.Start), Bytes(_layout.Signature));

    /// <summary>Decrypts the payload, trying every entry that bears the recipient's id. For a verified envelope.</summary>
    /// <param name="recipientId">The reader's id.</param>
    /// <param name="key">The reader's key.</param>
    /// <param name="payload">The payload's JSON, when <see cref="EnvelopeOutcome.Opened"/> is returned.</param>
    /// <returns><see cref="EnvelopeOutcome.Opened"/>, <see cref="EnvelopeOutcome.NotARecipient"/> or
    /// <see cref="EnvelopeOutcome.CannotDecrypt"/>.</returns>
    public EnvelopeOutcome Decrypt(string recipientId, X25519PrivateKey key, out byte[]? payload)
    {
        payload = null;
        EnvelopeOutcome outcome = EnvelopeOutcome.NotARecipient;
        Span<byte> idBuffer = stackalloc byte[EnvelopeFormat.MaxTextLength];
        if (!UnicodeText.TryEncode(recipientId, idBuffer, out ReadOnlySpan<byte> ownId))
        {
            return outcome;
        }
        Span<byte> infoBuffer = stackalloc byte[EnvelopeFormat.MaxInfoLength];
        ReadOnlySpan<byte> info = EnvelopeFormat.JoinInfo(Bytes(.._layout.Header.End), ownId, infoBuffer);
        Span<byte> contentKey = stackalloc byte[EnvelopeFormat.ContentKeySize];
        EnvelopeCursor cursor = new(Bytes(_layout.Recipients), 0);
        while (cursor.TryTakeRecipient(out ReadOnlySpan<byte> id, out ReadOnlySpan<byte> encapsulated, out ReadOnlySpan<byte> wrapped))
        {
            if (!id.SequenceEqual(ownId))
            {
                continue;
            }
            outcome = EnvelopeOutcome.CannotDecrypt;
            if (Hpke.TryOpen(Aead.Aes256Gcm, key, encapsulated, info, [], wrapped, contentKey)
                && TryDecryptBody(contentKey, out payload))
            {
                outcome = EnvelopeOutcome.Opened;
                break;
            }
        }
        Sodium.Wipe(contentKey);
        return outcome;
    }

    /// <summary>Gives the buffer back. The envelope cannot be used any more.</summary>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            ArrayPool<byte>.Shared.Return(_buffer);
        }
    }

    private bool IsSignedByAny(ReadOnlySpan<Ed25519PublicKey> keys)
    {
        foreach (Ed25519PublicKey key in keys)
        {
            if (IsSignedBy(key))
            {
                return true;
            }
        }
        return false;
    }

    private bool TryDecryptBody(ReadOnlySpan<byte> contentKey, [NotNullWhen(true)] out byte[]? payload)
    {
        ReadOnlySpan<byte> header = Bytes(_layout.Header);
        ReadOnlySpan<byte> ciphertext = Bytes(_layout.Ciphertext);
        byte[] plaintext = new byte[ciphertext.Length - Aead.TagSize];
        payload = Aead.Aes256Gcm.TryOpen(contentKey, header[^Aead.NonceSize..], header, ciphertext, plaintext) ? plaintext : null;
        return payload is not null;
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
