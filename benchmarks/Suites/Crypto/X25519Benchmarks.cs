using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Hashee.Protocol;
using NSec.Cryptography;

namespace Hashee.Benchmarks.Suites.Crypto;

/// <summary>
/// X25519, by this project and by NSec, each on a libsodium of its own. Baseline: ECDH on P-256 by System.Security.Cryptography, which
/// has no X25519: another primitive, and the nearest.
/// </summary>
[CategoriesColumn]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
public class X25519Benchmarks : IDisposable
{
    private readonly X25519PrivateKey _key = X25519PrivateKey.Import(Samples.Fill(32, 1));
    private readonly X25519PublicKey _other = Samples.OtherPublicKey();
    private readonly Key _nsec = Key.Import(KeyAgreementAlgorithm.X25519, Samples.Fill(32, 1), KeyBlobFormat.RawPrivateKey);
    private readonly PublicKey _nsecOther = PublicKey.Import(KeyAgreementAlgorithm.X25519, Samples.OtherPublicKey().Bytes, KeyBlobFormat.RawPublicKey);
    private readonly ECDiffieHellman _platform = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDiffieHellman _platformOther = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);

    [BenchmarkCategory("Generate")]
    [Benchmark(Baseline = true, Description = "ECDH P-256 (platform)")]
    public int PlatformGenerate()
    {
        using ECDiffieHellman key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        return key.KeySize;
    }

    [BenchmarkCategory("Generate")]
    [Benchmark(Description = "X25519")]
    public void Generate() => X25519PrivateKey.Generate().Dispose();

    [BenchmarkCategory("Generate")]
    [Benchmark(Description = "X25519 (NSec)")]
    public void NSecGenerate() => Key.Create(KeyAgreementAlgorithm.X25519).Dispose();

    [BenchmarkCategory("Agree")]
    [Benchmark(Baseline = true, Description = "ECDH P-256 (platform)")]
    public byte[] PlatformAgree()
    {
        using ECDiffieHellmanPublicKey other = _platformOther.PublicKey;
        return _platform.DeriveRawSecretAgreement(other);
    }

    [BenchmarkCategory("Agree")]
    [Benchmark(Description = "X25519")]
    public bool Agree() => _key.TryAgree(_other.Bytes, stackalloc byte[X25519PrivateKey.SharedSecretSize]);

    [BenchmarkCategory("Agree")]
    [Benchmark(Description = "X25519 (NSec)")]
    public void NSecAgree() => KeyAgreementAlgorithm.X25519.Agree(_nsec, _nsecOther)?.Dispose();

    [GlobalCleanup]
    public void Dispose()
    {
        _key.Dispose();
        _nsec.Dispose();
        _platform.Dispose();
        _platformOther.Dispose();
        GC.SuppressFinalize(this);
    }
}
