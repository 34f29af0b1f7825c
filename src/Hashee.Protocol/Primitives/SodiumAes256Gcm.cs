namespace Hashee.Protocol;

// AES-256-GCM (NIST SP 800-38D) by libsodium, which has it in hardware or not at all.
internal sealed class SodiumAes256Gcm : Aead
{
    internal static bool IsAvailable => Sodium.crypto_aead_aes256gcm_is_available() != 0;

    internal override ushort HpkeId => 0x0002;

    internal override int KeySize => 32;

    internal override void Seal(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData,
        ReadOnlySpan<byte> plaintext, Span<byte> ciphertext)
    {
        CheckSizes(key, nonce, plaintext, ciphertext);
        Sodium.crypto_aead_aes256gcm_encrypt(
            ciphertext, 0, plaintext, (ulong)plaintext.Length, associatedData, (ulong)associatedData.Length, 0, nonce, key);
    }

    internal override bool TryOpen(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData,
        ReadOnlySpan<byte> ciphertext, Span<byte> plaintext)
    {
        CheckSizes(key, nonce, plaintext, ciphertext);
        return Sodium.crypto_aead_aes256gcm_decrypt(
            plaintext, 0, 0, ciphertext, (ulong)ciphertext.Length, associatedData, (ulong)associatedData.Length, nonce, key) == 0;
    }

    // libsodium takes pointers: a wrong length here would be a write outside the buffer there.
    private void CheckSizes(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> ciphertext)
    {
        if (key.Length != KeySize || nonce.Length != NonceSize || ciphertext.Length != plaintext.Length + TagSize)
        {
            throw new ArgumentException(
                "AES-256-GCM takes a key of 32 bytes, a nonce of 12, and a ciphertext 16 longer than the plaintext.");
        }
    }
}
