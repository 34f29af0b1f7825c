namespace Hashee.Protocol;

/// <summary>HMAC-SHA256 (RFC 2104, RFC 4231) with a key that is prepared once and then used for any number of messages.</summary>
/// <remarks>The prepared key lives in guarded memory outside the managed heap and is wiped on dispose. No message allocates anything.
/// Safe for concurrent use.</remarks>
public sealed class HmacSha256 : IDisposable
{
    /// <summary>The length of a code in bytes.</summary>
    public const int Size = 32;

    private readonly GuardedMemory _prepared;

    /// <summary>Prepares a key of any length.</summary>
    public HmacSha256(ReadOnlySpan<byte> key)
    {
        _prepared = new GuardedMemory(HmacSha256State.Size);
        Sodium.crypto_auth_hmacsha256_init(_prepared.Span, key, (nuint)key.Length);
        _prepared.Seal();
    }

    /// <summary>Computes the authentication code of a message.</summary>
    /// <param name="message">The message, of any length.</param>
    /// <param name="code">Receives the 32 bytes of the code.</param>
    /// <exception cref="ArgumentException">There is no room for exactly 32 bytes.</exception>
    public void Compute(ReadOnlySpan<byte> message, Span<byte> code)
    {
        HmacSha256State state = Begin();
        state.Append(message);
        state.Finish(code);
    }

    /// <summary>Computes the authentication code of a message with a key that is used once.</summary>
    /// <param name="key">The key, of any length.</param>
    /// <param name="message">The message, of any length.</param>
    /// <param name="code">Receives the 32 bytes of the code.</param>
    /// <exception cref="ArgumentException">There is no room for exactly 32 bytes.</exception>
    public static void Compute(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, Span<byte> code)
    {
        HmacSha256State state = new(key);
        state.Append(message);
        state.Finish(code);
    }

    /// <summary>Wipes the key.</summary>
    public void Dispose() => _prepared.Dispose();

    // For a message in several pieces.
    internal HmacSha256State Begin() => new(_prepared);
}
