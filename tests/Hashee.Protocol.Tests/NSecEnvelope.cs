using System.Buffers.Binary;
using System.Text;
using NSec.Cryptography;

namespace Hashee.Protocol.Tests;

// A second reader of hashee-envelope-v1, for well-formed envelopes only, on NSec alone.
internal static class NSecEnvelope
{
    // The payload, or null when the signature does not hold or no entry of the recipient opens.
    public static byte[]? Open(byte[] envelope, PublicKey senderKey, string recipientId, Key recipientKey)
    {
        byte[] context = [.. "hashee-envelope-v1"u8, 0];
        if (!SignatureAlgorithm.Ed25519.Verify(senderKey, [.. context, .. envelope.AsSpan(..^64)], envelope.AsSpan(^64..)))
        {
            return null;
        }

        using BinaryReader reader = new(new MemoryStream(envelope));
        reader.ReadBytes("HSE1"u8.Length);
        for (int texts = 3; texts > 0; texts--)
        {
            reader.ReadBytes(reader.ReadByte());
        }

        reader.ReadBytes(sizeof(long) + 12);
        byte[] header = envelope[..(int)reader.BaseStream.Position];
        byte[]? contentKey = null;
        for (int count = BinaryPrimitives.ReadUInt16BigEndian(reader.ReadBytes(2)); count > 0; count--)
        {
            byte[] id = reader.ReadBytes(reader.ReadByte());
            byte[] encapsulatedKey = reader.ReadBytes(32);
            byte[] wrappedKey = reader.ReadBytes(48);
            if (Encoding.UTF8.GetString(id) == recipientId)
            {
                contentKey ??= NSecHpke.Open(recipientKey, encapsulatedKey, [.. context, .. header, .. id], [], wrappedKey);
            }
        }

        if (contentKey is null)
        {
            return null;
        }

        byte[] ciphertext = reader.ReadBytes(BinaryPrimitives.ReadInt32BigEndian(reader.ReadBytes(4)));
        using Key key = Key.Import(AeadAlgorithm.Aes256Gcm, contentKey, KeyBlobFormat.RawSymmetricKey);
        return AeadAlgorithm.Aes256Gcm.Decrypt(key, header.AsSpan(^12..), header, ciphertext);
    }
}
