using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Hashee.Protocol;

// What both sides hold after the key schedule in base mode (RFC 9180, section 5.1): lives on the stack, wiped by Dispose.
internal struct HpkeContext
{
    private const int SuiteSize = 10;

    private readonly Aead _aead;
    private Secret _key;
    private Secret _baseNonce;
    private Secret _exporterSecret;

    internal HpkeContext(Aead aead, ReadOnlySpan<byte> sharedSecret, ReadOnlySpan<byte> info)
    {
        _aead = aead;
        Span<byte> suite = stackalloc byte[SuiteSize];
        WriteSuite(aead, suite);

        // One byte for the mode, then the hashes of an absent pre-shared key's id and of the info.
        Span<byte> context = stackalloc byte[1 + 2 * Sha256.Size];
        context[0] = 0x00;
        Hpke.LabeledExtract(suite, [], "psk_id_hash"u8, [], context.Slice(1, Sha256.Size));
        Hpke.LabeledExtract(suite, [], "info_hash"u8, info, context[(1 + Sha256.Size)..]);

        Span<byte> secret = stackalloc byte[HkdfSha256.PseudorandomKeySize];
        Hpke.LabeledExtract(suite, sharedSecret, "secret"u8, [], secret);
        Hpke.LabeledExpand(suite, secret, "key"u8, context, ((Span<byte>)_key)[..aead.KeySize]);
        Hpke.LabeledExpand(suite, secret, "base_nonce"u8, context, ((Span<byte>)_baseNonce)[..Aead.NonceSize]);
        Hpke.LabeledExpand(suite, secret, "exp"u8, context, _exporterSecret);
        Sodium.Wipe(secret);
    }

    internal readonly void Seal(ulong sequence, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext)
    {
        Span<byte> nonce = stackalloc byte[Aead.NonceSize];
        ComputeNonce(sequence, nonce);
        _aead.Seal(((ReadOnlySpan<byte>)_key)[.._aead.KeySize], nonce, associatedData, plaintext, ciphertext);
    }

    internal readonly bool TryOpen(ulong sequence, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext)
    {
        Span<byte> nonce = stackalloc byte[Aead.NonceSize];
        ComputeNonce(sequence, nonce);
        return _aead.TryOpen(((ReadOnlySpan<byte>)_key)[.._aead.KeySize], nonce, associatedData, ciphertext, plaintext);
    }

    // Section 5.3.
    internal readonly void Export(ReadOnlySpan<byte> exporterContext, Span<byte> output)
    {
        Span<byte> suite = stackalloc byte[SuiteSize];
        WriteSuite(_aead, suite);
        Hpke.LabeledExpand(suite, _exporterSecret, "sec"u8, exporterContext, output);
    }

    internal void Dispose()
    {
        Sodium.Wipe(_key);
        Sodium.Wipe(_baseNonce);
        Sodium.Wipe(_exporterSecret);
    }

    // "HPKE" and the ids of KEM, KDF and AEAD.
    private static void WriteSuite(Aead aead, Span<byte> suite)
    {
        ReadOnlySpan<byte> fixedPart = [(byte)'H', (byte)'P', (byte)'K', (byte)'E', 0x00, 0x20, 0x00, 0x01];
        fixedPart.CopyTo(suite);
        BinaryPrimitives.WriteUInt16BigEndian(suite[fixedPart.Length..], aead.HpkeId);
    }

    // Section 5.2: the sequence number, big-endian, over the end of the base nonce.
    private readonly void ComputeNonce(ulong sequence, Span<byte> nonce)
    {
        ((ReadOnlySpan<byte>)_baseNonce)[..Aead.NonceSize].CopyTo(nonce);
        Span<byte> tail = nonce[^sizeof(ulong)..];
        BinaryPrimitives.WriteUInt64BigEndian(tail, BinaryPrimitives.ReadUInt64BigEndian(tail) ^ sequence);
    }

    // Room for the longest of the three.
    [InlineArray(32)]
    private struct Secret
    {
        private byte _first;
    }
}
