using System.Security.Cryptography;

namespace Hashee.Protocol;

// AES-256-GCM (NIST SP 800-38D) by the platform: where libsodium has none, such as arm64 before libsodium 1.0.19.
internal sealed class PlatformAes256Gcm : Aead
{
    internal override ushort HpkeId => 0x0002;

    internal override int KeySize => 32;

    internal override void Seal(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData,
        ReadOnlySpan<byte> plaintext, Span<byte> ciphertext)
    {
        using AesGcm aes = new(key, TagSize);
        aes.Encrypt(nonce, plaintext, ciphertext[..^TagSize], ciphertext[^TagSize..], associatedData);
    }

    internal override bool TryOpen(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData,
        ReadOnlySpan<byte> ciphertext, Span<byte> plaintext)
    {
        using AesGcm aes = new(key, TagSize);
        try
        {
            aes.Decrypt(nonce, ciphertext[..^TagSize], ciphertext[^TagSize..], plaintext, associatedData);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }
}
