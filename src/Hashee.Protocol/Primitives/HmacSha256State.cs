using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hashee.Protocol;

// One HMAC-SHA256 under way, on the stack: crypto_auth_hmacsha256_state. Finish wipes it.
internal struct HmacSha256State
{
    // Two SHA-256 states: 8 words of 4 bytes, a count of 8 bytes, a block of 64 bytes.
    internal const int Size = 2 * (32 + 8 + 64);

    private Words _words;

    internal HmacSha256State(ReadOnlySpan<byte> key)
    {
        Sodium.crypto_auth_hmacsha256_init(Bytes, key, (nuint)key.Length);
    }

    internal HmacSha256State(GuardedMemory prepared)
    {
        prepared.CopyTo(Bytes);
    }

    [UnscopedRef]
    private Span<byte> Bytes => MemoryMarshal.AsBytes((Span<ulong>)_words);

    internal void Append(ReadOnlySpan<byte> piece) =>
        Sodium.crypto_auth_hmacsha256_update(Bytes, piece, (ulong)piece.Length);

    internal void Finish(Span<byte> code)
    {
        if (code.Length != HmacSha256.Size)
        {
            throw new ArgumentException("An HMAC-SHA256 code has 32 bytes.", nameof(code));
        }

        Sodium.crypto_auth_hmacsha256_final(Bytes, code);
        Sodium.Wipe(Bytes);
    }

    [InlineArray(Size / sizeof(ulong))]
    private struct Words
    {
        private ulong _first;
    }
}
