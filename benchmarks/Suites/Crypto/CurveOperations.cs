using Hashee.Protocol;

namespace Hashee.Benchmarks.Suites.Crypto;

/// <summary>X25519 alone, with a scalar that is there already: the part of a baseline that no way of handling keys can save.</summary>
internal sealed class CurveOperations : IDisposable
{
    private readonly GuardedMemory _scalar = new(X25519PrivateKey.Size);
    private readonly byte[] _result = new byte[X25519PublicKey.Size];

    public CurveOperations() => Samples.Fill(X25519PrivateKey.Size, 9).CopyTo(_scalar.Span);

    public bool DerivePublicKey() => Sodium.crypto_scalarmult_curve25519_base(_result, _scalar) == 0;

    public bool Agree(X25519PublicKey other) => Sodium.crypto_scalarmult_curve25519(_result, _scalar, other.Bytes) == 0;

    public void Dispose() => _scalar.Dispose();
}
