namespace Hashee.Protocol;

/// <summary>SHA-256 (FIPS 180-4).</summary>
public static class Sha256
{
    /// <summary>The length of a hash in bytes.</summary>
    public const int Size = 32;

    /// <summary>Hashes a message.</summary>
    /// <param name="message">The message, of any length.</param>
    /// <param name="hash">Receives the 32 bytes of the hash.</param>
    /// <exception cref="ArgumentException">There is no room for exactly 32 bytes.</exception>
    public static void Hash(ReadOnlySpan<byte> message, Span<byte> hash)
    {
        if (hash.Length != Size)
        {
            throw new ArgumentException("A SHA-256 hash has 32 bytes.", nameof(hash));
        }

        Sodium.crypto_hash_sha256(hash, message, (ulong)message.Length);
    }
}
