using System.Buffers.Text;
using System.Text;

namespace Hashee.Protocol;

/// <summary>The idempotency key of a reply: the same every time the same message is answered, whatever delivery brings it, so that the platform
/// drops the double. A profile of this project in the documented form, a ULID.</summary>
public static class ClientMessageId
{
    private static ReadOnlySpan<byte> Prefix => "hashee-reply\0"u8;

    /// <summary>The id of one part of a reply: the first 16 bytes of
    /// SHA-256("hashee-reply" 0x00 message id 0x00 part number), as ULID text.</summary>
    /// <param name="messageId">The id of the message that is answered, as its envelope says it.</param>
    /// <param name="part">The part's number, counted from 0; hashed as decimal digits.</param>
    /// <returns>26 characters.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public static string For(string messageId, int part)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(part);
        const int MaxDigits = 10;
        byte[] text = new byte[Prefix.Length + Encoding.UTF8.GetByteCount(messageId) + 1 + MaxDigits];
        Prefix.CopyTo(text);
        int length = Prefix.Length + Encoding.UTF8.GetBytes(messageId, text.AsSpan(Prefix.Length)) + 1;
        Utf8Formatter.TryFormat(part, text.AsSpan(length), out int digits);

        Span<byte> hash = stackalloc byte[Sha256.Size];
        Sha256.Hash(text.AsSpan(0, length + digits), hash);
        return Ulid.ToText(hash[..Ulid.Size]);
    }
}
