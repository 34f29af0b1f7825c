using System.Security.Cryptography;

namespace Hashee.Protocol.Tests;

internal sealed class ChaCha20Poly1305Aead : Aead
{
    internal override ushort HpkeId => 0x0003;

    internal override int KeySize => 32;

    internal override void Seal(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData,
        ReadOnlySpan<byte> plaintext, Span<byte> ciphertext)
    {
        using ChaCha20Poly1305 cipher = new(key);
        cipher.Encrypt(nonce, plaintext, ciphertext[..^TagSize], ciphertext[^TagSize..], associatedData);
    }

    internal override bool TryOpen(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData,
        ReadOnlySpan<byte> ciphertext, Span<byte> plaintext)
    {
        using ChaCha20Poly1305 cipher = new(key);
        try
        {
            cipher.Decrypt(nonce, ciphertext[..^TagSize], ciphertext[^TagSize..], plaintext, associatedData);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }
}
