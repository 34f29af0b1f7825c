namespace Hashee.Protocol;

/// <summary>HKDF-SHA256 (RFC 5869).</summary>
public static class HkdfSha256
{
    /// <summary>The length of a pseudorandom key in bytes.</summary>
    public const int PseudorandomKeySize = HmacSha256.Size;

    /// <summary>The largest length of output keying material in bytes: 255 blocks.</summary>
    public const int MaxOutputSize = 255 * HmacSha256.Size;

    /// <summary>Extracts a pseudorandom key (section 2.2).</summary>
    /// <param name="salt">The salt; empty stands for 32 zero bytes.</param>
    /// <param name="inputKeyingMaterial">The input keying material.</param>
    /// <param name="pseudorandomKey">Receives the 32 bytes of the pseudorandom key.</param>
    /// <exception cref="ArgumentException">There is no room for exactly 32 bytes.</exception>
    public static void Extract(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> inputKeyingMaterial, Span<byte> pseudorandomKey) =>
        Extract(salt, [], inputKeyingMaterial, pseudorandomKey);

    /// <summary>Expands a pseudorandom key (section 2.3).</summary>
    /// <param name="pseudorandomKey">The pseudorandom key, 32 bytes at least.</param>
    /// <param name="info">What the output is for; may be empty.</param>
    /// <param name="output">Receives output keying material to its last byte, at most 8,160 bytes.</param>
    /// <exception cref="ArgumentException">The pseudorandom key is too short, or the output too long.</exception>
    public static void Expand(ReadOnlySpan<byte> pseudorandomKey, ReadOnlySpan<byte> info, Span<byte> output) =>
        Expand(pseudorandomKey, [], info, output);

    // The input keying material is label || inputKeyingMaterial.
    internal static void Extract(
        ReadOnlySpan<byte> salt, ReadOnlySpan<byte> label, ReadOnlySpan<byte> inputKeyingMaterial, Span<byte> pseudorandomKey)
    {
        HmacSha256State hmac = new(salt);
        hmac.Append(label);
        hmac.Append(inputKeyingMaterial);
        hmac.Finish(pseudorandomKey);
    }

    // The info is label || info.
    internal static void Expand(ReadOnlySpan<byte> pseudorandomKey, ReadOnlySpan<byte> label, ReadOnlySpan<byte> info, Span<byte> output)
    {
        if (pseudorandomKey.Length < PseudorandomKeySize)
        {
            throw new ArgumentException("A pseudorandom key has at least 32 bytes.", nameof(pseudorandomKey));
        }

        if (output.Length > MaxOutputSize)
        {
            throw new ArgumentException("HKDF-SHA256 gives at most 8,160 bytes.", nameof(output));
        }

        Span<byte> block = stackalloc byte[HmacSha256.Size];
        for (byte counter = 1; !output.IsEmpty; counter++)
        {
            HmacSha256State hmac = new(pseudorandomKey);
            if (counter > 1)
            {
                hmac.Append(block);
            }

            hmac.Append(label);
            hmac.Append(info);
            hmac.Append([counter]);
            hmac.Finish(block);
            int length = Math.Min(block.Length, output.Length);
            block[..length].CopyTo(output);
            output = output[length..];
        }

        Sodium.Wipe(block);
    }
}
