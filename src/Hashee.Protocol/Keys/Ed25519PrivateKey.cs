using System.Diagnostics.CodeAnalysis;

namespace Hashee.Protocol;

/// <summary>An Ed25519 private key: a seed of 32 bytes (RFC 8032, section 5.1.5).</summary>
/// <remarks>The seed lives in guarded memory outside the managed heap, is never printed, and is wiped on dispose.</remarks>
public sealed class Ed25519PrivateKey : IDisposable, IEquatable<Ed25519PrivateKey>
{
    /// <summary>The length of a seed in bytes.</summary>
    public const int Size = 32;

    /// <summary>The length of a signature in bytes.</summary>
    public const int SignatureSize = Ed25519PublicKey.SignatureSize;

    private const int SeedAndPublicSize = Size + Ed25519PublicKey.Size;

    // The seed and then the public key: the form in which libsodium signs.
    private readonly GuardedMemory _seedAndPublic;

    private Ed25519PrivateKey(ReadOnlySpan<byte> seed)
    {
        byte[] point = new byte[Ed25519PublicKey.Size];
        _seedAndPublic = new GuardedMemory(SeedAndPublicSize);
        Sodium.crypto_sign_ed25519_seed_keypair(point, _seedAndPublic.Span, seed);
        _seedAndPublic.Seal();
        PublicKey = new Ed25519PublicKey(point);
    }

    /// <summary>The public key that belongs to this key.</summary>
    public Ed25519PublicKey PublicKey { get; }

    /// <summary>Makes a new random key.</summary>
    public static Ed25519PrivateKey Generate()
    {
        using GuardedMemory seed = new(Size);
        Sodium.FillRandom(seed.Span);
        return new Ed25519PrivateKey(seed.Span);
    }

    /// <summary>Imports a seed of 32 bytes, or a seed followed by its public key, 64 bytes.</summary>
    /// <exception cref="ArgumentException">It has another length, or the public key is not the seed's.</exception>
    public static Ed25519PrivateKey Import(ReadOnlySpan<byte> seed) =>
        TryImport(seed, out Ed25519PrivateKey? key)
            ? key
            : throw new ArgumentException(
                "An Ed25519 private key is a seed of 32 bytes, or 64 bytes with the seed's own public key after it.", nameof(seed));

    /// <summary>Imports the standard, padded base64 of a seed (44 characters) or of a seed followed by its public key
    /// (88 characters), decoded straight into guarded memory; false when it is anything else or the halves do not agree.</summary>
    public static bool TryImportBase64(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out Ed25519PrivateKey? key)
    {
        key = null;
        using GuardedMemory decoded = new(SeedAndPublicSize);
        return StrictBase64.TryDecode(utf8, decoded.Span) ? TryImport(decoded.Span, out key)
            : StrictBase64.TryDecode(utf8, decoded.Span[..Size]) && TryImport(decoded.Span[..Size], out key);
    }

    /// <inheritdoc cref="TryImportBase64(ReadOnlySpan{byte}, out Ed25519PrivateKey?)"/>
    public static bool TryImportBase64(ReadOnlySpan<char> text, [NotNullWhen(true)] out Ed25519PrivateKey? key)
    {
        key = null;
        using GuardedMemory decoded = new(SeedAndPublicSize);
        return StrictBase64.TryDecode(text, decoded.Span) ? TryImport(decoded.Span, out key)
            : StrictBase64.TryDecode(text, decoded.Span[..Size]) && TryImport(decoded.Span[..Size], out key);
    }

    /// <summary>Signs a message (RFC 8032, section 5.1.6).</summary>
    /// <param name="message">The message, of any length.</param>
    /// <param name="signature">Receives the 64 bytes of the signature.</param>
    /// <exception cref="ArgumentException">There is no room for exactly 64 bytes.</exception>
    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
    {
        if (signature.Length != SignatureSize)
        {
            throw new ArgumentException("An Ed25519 signature has 64 bytes.", nameof(signature));
        }

        Sodium.crypto_sign_ed25519_detached(signature, 0, message, (ulong)message.Length, _seedAndPublic);
    }

    /// <summary>Compares in constant time.</summary>
    public bool Equals(Ed25519PrivateKey? other) =>
        other is not null && Sodium.sodium_memcmp(_seedAndPublic, other._seedAndPublic, SeedAndPublicSize) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Ed25519PrivateKey);

    /// <inheritdoc/>
    public override int GetHashCode() => PublicKey.GetHashCode();

    /// <summary>The type's name, never the key.</summary>
    public override string ToString() => nameof(Ed25519PrivateKey);

    /// <summary>Wipes the key.</summary>
    public void Dispose() => _seedAndPublic.Dispose();

    private static bool TryImport(ReadOnlySpan<byte> seed, [NotNullWhen(true)] out Ed25519PrivateKey? key)
    {
        key = null;
        if (seed.Length is not (Size or SeedAndPublicSize))
        {
            return false;
        }

        key = new Ed25519PrivateKey(seed[..Size]);
        if (seed.Length == SeedAndPublicSize && !seed[Size..].SequenceEqual(key.PublicKey.Bytes))
        {
            key.Dispose();
            key = null;
        }

        return key is not null;
    }
}
