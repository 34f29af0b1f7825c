using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Hashee.Protocol;

/// <summary>An Ed25519 public key: a point encoded in 32 bytes (RFC 8032, section 5.1.2). Immutable.</summary>
/// <remarks>Import checks the length only; with an encoding that is no point, or one of low order, no signature ever verifies.</remarks>
public sealed class Ed25519PublicKey : IEquatable<Ed25519PublicKey>
{
    /// <summary>The length of a key in bytes.</summary>
    public const int Size = 32;

    /// <summary>The length of a signature in bytes.</summary>
    public const int SignatureSize = 64;

    private readonly byte[] _bytes;

    internal Ed25519PublicKey(byte[] bytes)
    {
        _bytes = bytes;
    }

    /// <summary>The key's 32 bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Imports a key of 32 bytes.</summary>
    /// <exception cref="ArgumentException">The key does not have 32 bytes.</exception>
    public static Ed25519PublicKey Import(ReadOnlySpan<byte> bytes) =>
        TryImport(bytes, out Ed25519PublicKey? key)
            ? key
            : throw new ArgumentException("An Ed25519 public key has 32 bytes.", nameof(bytes));

    /// <summary>Imports a key of 32 bytes; false when it has another length.</summary>
    public static bool TryImport(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Ed25519PublicKey? key)
    {
        key = bytes.Length == Size ? new Ed25519PublicKey(bytes.ToArray()) : null;
        return key is not null;
    }

    /// <summary>Imports a key from standard, padded base64 (44 characters); false when it is anything else.</summary>
    public static bool TryImportBase64(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out Ed25519PublicKey? key)
    {
        key = null;
        Span<byte> bytes = stackalloc byte[Size];
        return StrictBase64.TryDecode(utf8, bytes) && TryImport(bytes, out key);
    }

    /// <inheritdoc cref="TryImportBase64(ReadOnlySpan{byte}, out Ed25519PublicKey?)"/>
    public static bool TryImportBase64(ReadOnlySpan<char> text, [NotNullWhen(true)] out Ed25519PublicKey? key)
    {
        key = null;
        Span<byte> bytes = stackalloc byte[Size];
        return StrictBase64.TryDecode(text, bytes) && TryImport(bytes, out key);
    }

    /// <summary>The key in standard, padded base64: 44 characters.</summary>
    public string ToBase64() => Convert.ToBase64String(_bytes);

    /// <summary>Whether the signature (64 bytes) is this key's over the message (RFC 8032, section 5.1.7); false also for a signature of
    /// another length.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        signature.Length == SignatureSize
        && Sodium.crypto_sign_ed25519_verify_detached(signature, message, (ulong)message.Length, _bytes) == 0;

    /// <summary>Compares in constant time.</summary>
    public bool Equals(Ed25519PublicKey? other) => other is not null && Sodium.FixedTimeEquals(_bytes, other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Ed25519PublicKey);

    /// <inheritdoc/>
    public override int GetHashCode() => BinaryPrimitives.ReadInt32LittleEndian(_bytes);

    /// <summary>The key in base64.</summary>
    public override string ToString() => ToBase64();
}
