using System.Diagnostics.CodeAnalysis;

namespace Hashee.Protocol;

// An envelope whose sender is settled: a key of the sender's has signed it, or somebody said that this does not matter. There is no
// other way to one, and nothing else decrypts.
internal sealed class AcceptedEnvelope
{
    private readonly Envelope _envelope;

    private AcceptedEnvelope(Envelope envelope)
    {
        _envelope = envelope;
    }

    internal static bool TryVerify(
        Envelope envelope, IReadOnlyList<Ed25519PublicKey> senderKeys, [NotNullWhen(true)] out AcceptedEnvelope? accepted)
    {
        accepted = null;
        foreach (Ed25519PublicKey key in senderKeys)
        {
            if (key.Verify(envelope.SignedBytes, envelope.Signature))
            {
                accepted = new AcceptedEnvelope(envelope);
                return true;
            }
        }

        return false;
    }

    internal static AcceptedEnvelope FromUnverifiedSender(Envelope envelope) => new(envelope);

    // Opens the first entry that bears the recipient's id and fits the key: Opened, NotARecipient or CannotDecrypt.
    internal EnvelopeOutcome Decrypt(string recipientId, X25519PrivateKey key, out byte[]? payload)
    {
        payload = null;
        EnvelopeOutcome outcome = EnvelopeOutcome.NotARecipient;
        Span<byte> idBuffer = stackalloc byte[EnvelopeFormat.MaxTextLength];
        if (!UnicodeText.TryEncode(recipientId, idBuffer, out ReadOnlySpan<byte> ownId))
        {
            return outcome;
        }

        Span<byte> infoBuffer = stackalloc byte[EnvelopeFormat.MaxInfoLength];
        ReadOnlySpan<byte> info = EnvelopeFormat.JoinInfo(_envelope.ContextAndHeader, ownId, infoBuffer);
        Span<byte> contentKey = stackalloc byte[EnvelopeFormat.ContentKeySize];
        EnvelopeCursor cursor = new(_envelope.Recipients, 0);
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

    private bool TryDecryptBody(ReadOnlySpan<byte> contentKey, [NotNullWhen(true)] out byte[]? payload)
    {
        ReadOnlySpan<byte> header = _envelope.Header;
        ReadOnlySpan<byte> ciphertext = _envelope.Ciphertext;
        byte[] plaintext = new byte[ciphertext.Length - Aead.TagSize];
        payload = Aead.Aes256Gcm.TryOpen(contentKey, header[^Aead.NonceSize..], header, ciphertext, plaintext) ? plaintext : null;
        return payload is not null;
    }
}
