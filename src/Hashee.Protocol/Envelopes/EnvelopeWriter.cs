using System.Buffers;
using System.Buffers.Binary;

namespace Hashee.Protocol;

/// <summary>Seals and signs messages in the layout <c>hashee-envelope-v1</c>.</summary>
public static class EnvelopeWriter
{
    private const int RecipientOverhead = Hpke.EncapsulatedKeySize + EnvelopeFormat.WrappedKeySize;

    /// <summary>Seals a payload to every recipient and signs it.</summary>
    /// <param name="senderId">The sender's id, 1 to 255 bytes in UTF-8, as every id.</param>
    /// <param name="conversationId">The conversation's id.</param>
    /// <param name="messageId">The message's id.</param>
    /// <param name="createdUnixMilliseconds">The present time in Unix milliseconds.</param>
    /// <param name="recipients">1 to 65,535 recipients.</param>
    /// <param name="payload">The payload, JSON in UTF-8.</param>
    /// <param name="signer">The sender's signing key.</param>
    /// <returns>The envelope's bytes; on the wire they are base64.</returns>
    /// <exception cref="ArgumentException">An id is empty, too long or not valid Unicode, or the number of recipients is none of
    /// these.</exception>
    public static byte[] Seal(
        string senderId, string conversationId, string messageId, long createdUnixMilliseconds,
        ReadOnlySpan<Recipient> recipients, ReadOnlySpan<byte> payload, Ed25519PrivateKey signer)
    {
        if (recipients.Length is 0 or > ushort.MaxValue)
        {
            throw new ArgumentException("An envelope has 1 to 65,535 recipients.", nameof(recipients));
        }

        ArrayBufferWriter<byte> output = new(GetInitialCapacity(recipients.Length, payload.Length));
        output.Write(EnvelopeFormat.Context);
        output.Write(EnvelopeFormat.Magic);
        WriteText(senderId, nameof(senderId), output);
        WriteText(conversationId, nameof(conversationId), output);
        WriteText(messageId, nameof(messageId), output);
        BinaryPrimitives.WriteInt64BigEndian(Take(output, sizeof(long)), createdUnixMilliseconds);
        Sodium.FillRandom(Take(output, Aead.NonceSize));
        byte[] contextAndHeader = output.WrittenSpan.ToArray();

        Span<byte> contentKey = stackalloc byte[EnvelopeFormat.ContentKeySize];
        Sodium.FillRandom(contentKey);
        BinaryPrimitives.WriteUInt16BigEndian(Take(output, sizeof(ushort)), (ushort)recipients.Length);
        foreach (Recipient recipient in recipients)
        {
            WriteRecipient(recipient, contextAndHeader, contentKey, output);
        }

        WriteBody(payload, contextAndHeader.AsSpan(EnvelopeFormat.Context.Length), contentKey, output);
        Sodium.Wipe(contentKey);

        Span<byte> signature = stackalloc byte[EnvelopeFormat.SignatureSize];
        signer.Sign(output.WrittenSpan, signature);
        output.Write(signature);
        return output.WrittenSpan[EnvelopeFormat.Context.Length..].ToArray();
    }

    // Exact for ids of up to 64 bytes.
    private static int GetInitialCapacity(int recipients, int payloadLength) => checked(
        EnvelopeFormat.MaxInfoLength + recipients * (RecipientOverhead + 65) + payloadLength + Aead.TagSize + EnvelopeFormat.SignatureSize);

    private static void WriteRecipient(
        Recipient recipient, ReadOnlySpan<byte> contextAndHeader, ReadOnlySpan<byte> contentKey, ArrayBufferWriter<byte> output)
    {
        int start = output.WrittenCount + 1;
        WriteText(recipient.Id, "recipients", output);
        Span<byte> infoBuffer = stackalloc byte[EnvelopeFormat.MaxInfoLength];
        ReadOnlySpan<byte> info = EnvelopeFormat.JoinInfo(contextAndHeader, output.WrittenSpan[start..], infoBuffer);
        Span<byte> entry = Take(output, RecipientOverhead);
        Hpke.Seal(
            Aead.Aes256Gcm, recipient.Key, info, [], contentKey, entry[..Hpke.EncapsulatedKeySize], entry[Hpke.EncapsulatedKeySize..]);
    }

    private static void WriteBody(
        ReadOnlySpan<byte> payload, ReadOnlySpan<byte> header, ReadOnlySpan<byte> contentKey, ArrayBufferWriter<byte> output)
    {
        int length = checked(payload.Length + Aead.TagSize);
        BinaryPrimitives.WriteUInt32BigEndian(Take(output, sizeof(uint)), (uint)length);
        Aead.Aes256Gcm.Seal(contentKey, header[^Aead.NonceSize..], header, payload, Take(output, length));
    }

    private static void WriteText(string text, string parameter, ArrayBufferWriter<byte> output)
    {
        Span<byte> buffer = stackalloc byte[EnvelopeFormat.MaxTextLength];
        if (string.IsNullOrEmpty(text) || !UnicodeText.TryEncode(text, buffer, out ReadOnlySpan<byte> utf8))
        {
            throw new ArgumentException("An id in an envelope is valid Unicode of 1 to 255 bytes in UTF-8.", parameter);
        }

        output.Write([(byte)utf8.Length]);
        output.Write(utf8);
    }

    private static Span<byte> Take(ArrayBufferWriter<byte> output, int length)
    {
        Span<byte> taken = output.GetSpan(length)[..length];
        output.Advance(length);
        return taken;
    }
}
