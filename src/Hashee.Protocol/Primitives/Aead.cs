namespace Hashee.Protocol;

// Authenticated encryption with associated data (RFC 5116) as HPKE names it: every one here has nonces of 12 and tags of 16 bytes.
internal abstract class Aead
{
    internal const int NonceSize = 12;
    internal const int TagSize = 16;

    // AES-256-GCM by libsodium where the processor has what it takes, else by the platform.
    internal static Aead Aes256Gcm { get; } = SodiumAes256Gcm.IsAvailable ? new SodiumAes256Gcm() : new PlatformAes256Gcm();

    // RFC 9180, section 7.3.
    internal abstract ushort HpkeId { get; }

    internal abstract int KeySize { get; }

    // The ciphertext is as long as the plaintext and then the tag.
    internal abstract void Seal(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData,
        ReadOnlySpan<byte> plaintext, Span<byte> ciphertext);

    // False when the tag does not fit; the plaintext then holds nothing of use.
    internal abstract bool TryOpen(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData,
        ReadOnlySpan<byte> ciphertext, Span<byte> plaintext);
}
