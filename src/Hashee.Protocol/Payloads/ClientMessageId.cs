using System.Buffers.Text;
using System.Text;

namespace Hashee.Protocol;

/// <summary>
/// The idempotency key of what an agent sends: the same every time the same message makes it send the same, whatever delivery brings it, so that the
/// platform drops the double. A profile of this project in the documented form, a ULID.
/// </summary>
public static class ClientMessageId
{
    /// <summary>
    /// The id of one part of a reply: the first 16 bytes of SHA-256("hashee-reply" 0x00 message id 0x00 part number), as ULID text.
    /// </summary>
    /// <param name="messageId">The id of the message that is answered, as its envelope says it.</param>
    /// <param name="part">The part's number, counted from 0 over all messages of the answer; hashed as decimal digits.</param>
    /// <returns>26 characters.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public static string For(string messageId, int part) => Make("hashee-reply\0"u8, messageId, part);

    /// <summary>
    /// The id of one part of an apology for no reply: as that of a reply, with "hashee-apology" in place of "hashee-reply", since a part of the reply may
    /// have been sent before.
    /// </summary>
    /// <inheritdoc cref="For"/>
    public static string ForApology(string messageId, int part) => Make("hashee-apology\0"u8, messageId, part);

    /// <summary>
    /// The id of one part of what is sent unasked: SHA-256("hashee-unasked" 0x00 conversation id 0x00 cause's id 0x00 part number), otherwise as that of
    /// a reply.
    /// </summary>
    /// <param name="conversationId">The conversation that gets it.</param>
    /// <param name="causeId">The id of the message, or of the delivery of an event, that made the agent send it.</param>
    /// <param name="part">The part's number, counted from 0 over all that this makes it send there.</param>
    /// <returns>26 characters.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public static string ForUnasked(string conversationId, string causeId, int part) =>
        Make("hashee-unasked\0"u8, $"{conversationId}\0{causeId}", part);

    private static string Make(ReadOnlySpan<byte> prefix, string id, int part)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(part);
        const int MaxDigits = 10;
        byte[] text = new byte[prefix.Length + Encoding.UTF8.GetByteCount(id) + 1 + MaxDigits];
        prefix.CopyTo(text);
        int length = prefix.Length + Encoding.UTF8.GetBytes(id, text.AsSpan(prefix.Length)) + 1;
        Utf8Formatter.TryFormat(part, text.AsSpan(length), out int digits);

        Span<byte> hash = stackalloc byte[Sha256.Size];
        Sha256.Hash(text.AsSpan(0, length + digits), hash);
        return Ulid.ToText(hash[..Ulid.Size]);
    }
}
