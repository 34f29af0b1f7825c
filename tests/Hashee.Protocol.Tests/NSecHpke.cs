using System.Buffers.Binary;
using NSec.Cryptography;

namespace Hashee.Protocol.Tests;

// HPKE (RFC 9180) in base mode and single-shot, with the suite of the envelopes, composed of NSec's X25519, HKDF and AES-256-GCM.
internal static class NSecHpke
{
    private static readonly KeyAgreementAlgorithm X25519 = KeyAgreementAlgorithm.X25519;
    private static readonly byte[] KemSuite = [.. "KEM"u8, 0x00, 0x20];
    private static readonly byte[] Suite = [.. "HPKE"u8, 0x00, 0x20, 0x00, 0x01, 0x00, 0x02];

    public static (byte[] EncapsulatedKey, byte[] Ciphertext) Seal(PublicKey recipient, byte[] info, byte[] associatedData, byte[] plaintext)
    {
        using Key ephemeral = Key.Create(X25519);
        byte[] encapsulatedKey = ephemeral.PublicKey.Export(KeyBlobFormat.RawPublicKey);
        (Key key, byte[] nonce) = Schedule(ephemeral, recipient, encapsulatedKey, recipient, info);
        using (key)
        {
            return (encapsulatedKey, AeadAlgorithm.Aes256Gcm.Encrypt(key, nonce, associatedData, plaintext));
        }
    }

    public static byte[]? Open(Key recipient, byte[] encapsulatedKey, byte[] info, byte[] associatedData, byte[] ciphertext)
    {
        PublicKey ephemeral = PublicKey.Import(X25519, encapsulatedKey, KeyBlobFormat.RawPublicKey);
        (Key key, byte[] nonce) = Schedule(recipient, ephemeral, encapsulatedKey, recipient.PublicKey, info);
        using (key)
        {
            return AeadAlgorithm.Aes256Gcm.Decrypt(key, nonce, associatedData, ciphertext);
        }
    }

    private static (Key Key, byte[] Nonce) Schedule(Key own, PublicKey other, byte[] encapsulatedKey, PublicKey recipient, byte[] info)
    {
        SharedSecretCreationParameters exportable = new() { ExportPolicy = KeyExportPolicies.AllowPlaintextExport };
        using SharedSecret agreed = X25519.Agree(own, other, exportable)!;
        byte[] kemContext = [.. encapsulatedKey, .. recipient.Export(KeyBlobFormat.RawPublicKey)];
        byte[] dh = agreed.Export(SharedSecretBlobFormat.RawSharedSecret);
        byte[] sharedSecret = Expand(KemSuite, Extract(KemSuite, [], "eae_prk"u8, dh), "shared_secret"u8, kemContext, 32);

        byte[] context = [0x00, .. Extract(Suite, [], "psk_id_hash"u8, []), .. Extract(Suite, [], "info_hash"u8, info)];
        byte[] secret = Extract(Suite, sharedSecret, "secret"u8, []);
        Key key = Key.Import(AeadAlgorithm.Aes256Gcm, Expand(Suite, secret, "key"u8, context, 32), KeyBlobFormat.RawSymmetricKey);
        return (key, Expand(Suite, secret, "base_nonce"u8, context, 12));
    }

    private static byte[] Extract(byte[] suite, byte[] salt, ReadOnlySpan<byte> label, byte[] inputKeyingMaterial) =>
        KeyDerivationAlgorithm.HkdfSha256.Extract([.. "HPKE-v1"u8, .. suite, .. label, .. inputKeyingMaterial], salt);

    private static byte[] Expand(byte[] suite, byte[] pseudorandomKey, ReadOnlySpan<byte> label, byte[] info, int length)
    {
        byte[] labeled = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(labeled, (ushort)length);
        labeled = [.. labeled, .. "HPKE-v1"u8, .. suite, .. label, .. info];
        return KeyDerivationAlgorithm.HkdfSha256.Expand(pseudorandomKey, labeled, length);
    }
}
