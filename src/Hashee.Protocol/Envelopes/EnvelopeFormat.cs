namespace Hashee.Protocol;

// The layout hashee-envelope-v1, a profile of this project. Integers are big-endian; a text is one length byte, 1 to 255, and that
// many bytes of UTF-8.
//
//     envelope   = header recipients body signature
//     header     = "HSE1"  text(sender id)  text(conversation id)  text(message id)  int64(created, Unix ms)  nonce[12]
//     recipients = uint16(count)  count x ( text(recipient id)  enc[32]  wrapped_cek[48] )
//     body       = uint32(length)  ciphertext-and-tag[length]
//     signature  = [64]
internal static class EnvelopeFormat
{
    internal const int MaxTextLength = 255;
    internal const int ContentKeySize = 32;
    internal const int WrappedKeySize = ContentKeySize + Aead.TagSize;
    internal const int SignatureSize = Ed25519PublicKey.SignatureSize;
    internal const int MaxInfoLength = 19 + 4 + 3 * (1 + MaxTextLength) + sizeof(long) + Aead.NonceSize + MaxTextLength;

    // Stands before what is signed, and before the header in the info of every key wrap.
    internal static ReadOnlySpan<byte> Context => "hashee-envelope-v1\0"u8;

    internal static ReadOnlySpan<byte> Magic => "HSE1"u8;

    // The info of the key wrap for one recipient: context, header, recipient id.
    internal static ReadOnlySpan<byte> JoinInfo(ReadOnlySpan<byte> contextAndHeader, ReadOnlySpan<byte> recipientId, Span<byte> buffer)
    {
        contextAndHeader.CopyTo(buffer);
        recipientId.CopyTo(buffer[contextAndHeader.Length..]);
        return buffer[..(contextAndHeader.Length + recipientId.Length)];
    }
}
