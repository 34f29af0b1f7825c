using System.Diagnostics.CodeAnalysis;

namespace Hashee.Protocol;

/// <summary>An X25519 private key: a scalar of 32 bytes, little-endian, clamped when it is used (RFC 7748, section 5).</summary>
/// <remarks>The scalar lives in guarded memory outside the managed heap, is never printed, and is wiped on dispose.</remarks>
public sealed class X25519PrivateKey : IDisposable, IEquatable<X25519PrivateKey>
{
    /// <summary>The length of a key in bytes.</summary>
    public const int Size = 32;

    internal const int SharedSecretSize = 32;

    private readonly GuardedMemory _scalar;

    // Takes the memory over, filled with a scalar.
    private X25519PrivateKey(GuardedMemory scalar)
    {
        scalar.Seal();
        _scalar = scalar;
        byte[] point = new byte[X25519PublicKey.Size];
        Sodium.crypto_scalarmult_curve25519_base(point, scalar);
        PublicKey = new X25519PublicKey(point);
    }

    /// <summary>The public key that belongs to this key.</summary>
    public X25519PublicKey PublicKey { get; }

    /// <summary>Makes a new random key.</summary>
    public static X25519PrivateKey Generate()
    {
        GuardedMemory scalar = new(Size);
        Sodium.FillRandom(scalar.Span);
        return new X25519PrivateKey(scalar);
    }

    /// <summary>Imports a scalar of 32 bytes.</summary>
    /// <exception cref="ArgumentException">The scalar does not have 32 bytes.</exception>
    public static X25519PrivateKey Import(ReadOnlySpan<byte> scalar)
    {
        if (scalar.Length != Size)
        {
            throw new ArgumentException("An X25519 private key has 32 bytes.", nameof(scalar));
        }

        GuardedMemory memory = new(Size);
        scalar.CopyTo(memory.Span);
        return new X25519PrivateKey(memory);
    }

    /// <summary>Imports a key from standard, padded base64 (44 characters), decoded straight into the key's own memory; false when
    /// it is anything else.</summary>
    public static bool TryImportBase64(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out X25519PrivateKey? key)
    {
        GuardedMemory memory = new(Size);
        return TryTakeOver(memory, StrictBase64.TryDecode(utf8, memory.Span), out key);
    }

    /// <inheritdoc cref="TryImportBase64(ReadOnlySpan{byte}, out X25519PrivateKey?)"/>
    public static bool TryImportBase64(ReadOnlySpan<char> text, [NotNullWhen(true)] out X25519PrivateKey? key)
    {
        GuardedMemory memory = new(Size);
        return TryTakeOver(memory, StrictBase64.TryDecode(text, memory.Span), out key);
    }

    /// <summary>Compares in constant time.</summary>
    public bool Equals(X25519PrivateKey? other) =>
        other is not null && Sodium.sodium_memcmp(_scalar, other._scalar, Size) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as X25519PrivateKey);

    /// <inheritdoc/>
    public override int GetHashCode() => PublicKey.GetHashCode();

    /// <summary>The type's name, never the key.</summary>
    public override string ToString() => nameof(X25519PrivateKey);

    /// <summary>Wipes the key.</summary>
    public void Dispose() => _scalar.Dispose();

    // RFC 7748, section 6.1; false when the result is zero, which is when the other side sent a point of low order.
    internal bool TryAgree(ReadOnlySpan<byte> publicKey, Span<byte> sharedSecret) =>
        Sodium.crypto_scalarmult_curve25519(sharedSecret, _scalar, publicKey) == 0;

    private static bool TryTakeOver(GuardedMemory memory, bool filled, [NotNullWhen(true)] out X25519PrivateKey? key)
    {
        if (filled)
        {
            key = new X25519PrivateKey(memory);
            return true;
        }

        memory.Dispose();
        key = null;
        return false;
    }
}
