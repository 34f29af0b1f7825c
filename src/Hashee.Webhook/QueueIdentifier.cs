using Hashee.Protocol;

namespace Hashee.Webhook;

/// <summary>Message group and deduplication ids as SQS takes them: 1 to 128 printable ASCII characters without white space.</summary>
internal static class QueueIdentifier
{
    /// <summary>The room that <see cref="From"/> may need, in bytes.</summary>
    public const int DigestLength = 2 * Sha256.Size;

    private const int MaximumLength = 128;

    /// <summary>The id itself, or the SHA-256 of its bytes in hex where SQS would refuse it.</summary>
    /// <param name="id">UTF-8, not empty.</param>
    /// <param name="digest">Room for <see cref="DigestLength"/> bytes.</param>
    public static ReadOnlySpan<byte> From(ReadOnlySpan<byte> id, Span<byte> digest)
    {
        if (id.Length <= MaximumLength && !id.ContainsAnyExceptInRange((byte)'!', (byte)'~'))
        {
            return id;
        }

        Span<byte> hash = stackalloc byte[Sha256.Size];
        Sha256.Hash(id, hash);
        _ = Convert.TryToHexStringLower(hash, digest, out _);
        return digest[..DigestLength];
    }
}
