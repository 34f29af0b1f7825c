using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Hashee.Protocol;

/// <summary>An X25519 public key: the u-coordinate of a point in 32 bytes, little-endian (RFC 7748, section 5). Immutable.</summary>
/// <remarks>The few points of low order, with which every agreement gives zero, are refused at import (RFC 7748, section 6.1).</remarks>
public sealed class X25519PublicKey : IEquatable<X25519PublicKey>
{
    /// <summary>The length of a key in bytes.</summary>
    public const int Size = 32;

    private readonly byte[] _bytes;

    internal X25519PublicKey(byte[] bytes)
    {
        _bytes = bytes;
    }

    /// <summary>The key's 32 bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Imports a key of 32 bytes.</summary>
    /// <exception cref="ArgumentException">The key does not have 32 bytes, or is a point of low order.</exception>
    public static X25519PublicKey Import(ReadOnlySpan<byte> bytes) =>
        TryImport(bytes, out X25519PublicKey? key)
            ? key
            : throw new ArgumentException("An X25519 public key has 32 bytes and is not a point of low order.", nameof(bytes));

    /// <summary>Imports a key of 32 bytes; false when it has another length or is a point of low order.</summary>
    public static bool TryImport(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out X25519PublicKey? key)
    {
        key = bytes.Length == Size && !IsOfLowOrder(bytes) ? new X25519PublicKey(bytes.ToArray()) : null;
        return key is not null;
    }

    /// <summary>Imports a key from standard, padded base64 (44 characters); false when it is anything else.</summary>
    public static bool TryImportBase64(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out X25519PublicKey? key)
    {
        key = null;
        Span<byte> bytes = stackalloc byte[Size];
        return StrictBase64.TryDecode(utf8, bytes) && TryImport(bytes, out key);
    }

    /// <inheritdoc cref="TryImportBase64(ReadOnlySpan{byte}, out X25519PublicKey?)"/>
    public static bool TryImportBase64(ReadOnlySpan<char> text, [NotNullWhen(true)] out X25519PublicKey? key)
    {
        key = null;
        Span<byte> bytes = stackalloc byte[Size];
        return StrictBase64.TryDecode(text, bytes) && TryImport(bytes, out key);
    }

    /// <summary>The key in standard, padded base64: 44 characters.</summary>
    public string ToBase64() => Convert.ToBase64String(_bytes);

    /// <summary>Compares in constant time.</summary>
    public bool Equals(X25519PublicKey? other) => other is not null && Sodium.FixedTimeEquals(_bytes, other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as X25519PublicKey);

    /// <inheritdoc/>
    public override int GetHashCode() => BinaryPrimitives.ReadInt32LittleEndian(_bytes);

    /// <summary>The key in base64.</summary>
    public override string ToString() => ToBase64();

    // Every scalar is a multiple of 8 after clamping, so any one of them takes exactly the points of low order to zero.
    private static bool IsOfLowOrder(ReadOnlySpan<byte> point)
    {
        Span<byte> scalar = stackalloc byte[X25519PrivateKey.Size];
        scalar.Clear();
        Span<byte> product = stackalloc byte[X25519PrivateKey.SharedSecretSize];
        return Sodium.crypto_scalarmult_curve25519(product, scalar, point) != 0;
    }
}
