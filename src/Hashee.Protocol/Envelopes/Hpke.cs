namespace Hashee.Protocol;

// HPKE base mode (RFC 9180): DHKEM(X25519, HKDF-SHA256) 0x0020, HKDF-SHA256 0x0001, the AEAD a parameter.
internal static class Hpke
{
    internal const int EncapsulatedKeySize = X25519PublicKey.Size;

    // "KEM" and the KEM's id: the suite inside DHKEM (section 4.1).
    private static ReadOnlySpan<byte> KemSuite => [(byte)'K', (byte)'E', (byte)'M', 0x00, 0x20];

    // Single-shot (section 6.1), sequence number 0. The ciphertext is as long as the plaintext and then the tag.
    internal static void Seal(
        Aead aead, X25519PublicKey recipient, ReadOnlySpan<byte> info, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext,
        Span<byte> encapsulatedKey, Span<byte> ciphertext)
    {
        // On the stack and wiped, as all that is derived from it: guarded memory for one use takes as long as the curve does.
        Span<byte> ephemeral = stackalloc byte[X25519PrivateKey.Size];
        Sodium.FillRandom(ephemeral);
        HpkeContext context = SetUpSender(aead, recipient, ephemeral, info, encapsulatedKey);
        Sodium.Wipe(ephemeral);
        context.Seal(0, associatedData, plaintext, ciphertext);
        context.Dispose();
    }

    // False when the encapsulated key is a point of low order or the tag does not fit.
    internal static bool TryOpen(
        Aead aead, X25519PrivateKey recipient, ReadOnlySpan<byte> encapsulatedKey, ReadOnlySpan<byte> info,
        ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext)
    {
        if (!TrySetUpRecipient(aead, recipient, encapsulatedKey, info, out HpkeContext context))
        {
            return false;
        }

        bool opened = context.TryOpen(0, associatedData, ciphertext, plaintext);
        context.Dispose();
        return opened;
    }

    // Section 5.1.1, the ephemeral key 32 random bytes. A public key is never of low order, so the agreement cannot fail.
    internal static HpkeContext SetUpSender(
        Aead aead, X25519PublicKey recipient, ReadOnlySpan<byte> ephemeral, ReadOnlySpan<byte> info, Span<byte> encapsulatedKey)
    {
        Sodium.crypto_scalarmult_curve25519_base(encapsulatedKey[..EncapsulatedKeySize], ephemeral);
        Span<byte> agreed = stackalloc byte[X25519PrivateKey.SharedSecretSize];
        return Sodium.crypto_scalarmult_curve25519(agreed, ephemeral, recipient.Bytes) == 0
            ? Establish(aead, agreed, encapsulatedKey, recipient, info)
            : throw new ArgumentException("The recipient's key is a point of low order.", nameof(recipient));
    }

    internal static bool TrySetUpRecipient(
        Aead aead, X25519PrivateKey recipient, ReadOnlySpan<byte> encapsulatedKey, ReadOnlySpan<byte> info, out HpkeContext context)
    {
        Span<byte> agreed = stackalloc byte[X25519PrivateKey.SharedSecretSize];
        bool succeeded = recipient.TryAgree(encapsulatedKey, agreed);
        context = succeeded ? Establish(aead, agreed, encapsulatedKey, recipient.PublicKey, info) : default;
        return succeeded;
    }

    // Section 4: the labels that keep the uses of one key apart.
    internal static void LabeledExtract(
        ReadOnlySpan<byte> suite, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> label, ReadOnlySpan<byte> inputKeyingMaterial,
        Span<byte> output)
    {
        Span<byte> buffer = stackalloc byte[64];
        HkdfSha256.Extract(salt, Join(buffer, [], suite, label), inputKeyingMaterial, output);
    }

    internal static void LabeledExpand(
        ReadOnlySpan<byte> suite, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> label, ReadOnlySpan<byte> info, Span<byte> output)
    {
        Span<byte> buffer = stackalloc byte[64];
        HkdfSha256.Expand(secret, Join(buffer, [(byte)(output.Length >> 8), (byte)output.Length], suite, label), info, output);
    }

    private static Span<byte> Join(Span<byte> buffer, ReadOnlySpan<byte> length, ReadOnlySpan<byte> suite, ReadOnlySpan<byte> label)
    {
        ReadOnlySpan<byte> version = "HPKE-v1"u8;
        int end = 0;
        Append(buffer, length, ref end);
        Append(buffer, version, ref end);
        Append(buffer, suite, ref end);
        Append(buffer, label, ref end);
        return buffer[..end];
    }

    private static void Append(Span<byte> buffer, ReadOnlySpan<byte> piece, ref int end)
    {
        piece.CopyTo(buffer[end..]);
        end += piece.Length;
    }

    // Encap and Decap (section 4.1) go on alike from what the two keys agree on, which is wiped here.
    private static HpkeContext Establish(
        Aead aead, Span<byte> agreed, ReadOnlySpan<byte> encapsulatedKey, X25519PublicKey recipient, ReadOnlySpan<byte> info)
    {
        Span<byte> kemContext = stackalloc byte[2 * X25519PublicKey.Size];
        encapsulatedKey.CopyTo(kemContext);
        recipient.Bytes.CopyTo(kemContext[X25519PublicKey.Size..]);
        Span<byte> pseudorandomKey = stackalloc byte[HkdfSha256.PseudorandomKeySize];
        Span<byte> sharedSecret = stackalloc byte[X25519PrivateKey.SharedSecretSize];
        LabeledExtract(KemSuite, [], "eae_prk"u8, agreed, pseudorandomKey);
        LabeledExpand(KemSuite, pseudorandomKey, "shared_secret"u8, kemContext, sharedSecret);
        HpkeContext context = new(aead, sharedSecret, info);
        Sodium.Wipe(agreed);
        Sodium.Wipe(pseudorandomKey);
        Sodium.Wipe(sharedSecret);
        return context;
    }
}
