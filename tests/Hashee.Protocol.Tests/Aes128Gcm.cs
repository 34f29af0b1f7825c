using System.Security.Cryptography;

namespace Hashee.Protocol.Tests;

internal sealed class Aes128Gcm : Aead
{
    internal override ushort HpkeId => 0x0001;

    internal override int KeySize => 16;

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
