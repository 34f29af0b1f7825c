using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Hashee.Protocol;
using NSec.Cryptography;

namespace Hashee.Benchmarks.Suites.Crypto;

/// <summary>
/// Ed25519 over 1,024 bytes, by this project and by NSec, each on a libsodium of its own. Baseline: ECDSA on P-256 by
/// System.Security.Cryptography, which has no Ed25519: another primitive, and the nearest.
/// </summary>
[CategoriesColumn]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
public class Ed25519Benchmarks : IDisposable
{
    private readonly byte[] _message = Samples.Fill(1_024, 1);
    private readonly byte[] _signature = new byte[Ed25519PublicKey.SignatureSize];
    private readonly byte[] _platformSignature = new byte[64];
    private readonly Ed25519PrivateKey _key = Ed25519PrivateKey.Import(Samples.Fill(32, 2));
    private readonly Key _nsec = Key.Import(SignatureAlgorithm.Ed25519, Samples.Fill(32, 2), KeyBlobFormat.RawPrivateKey);
    private readonly ECDsa _platform = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [GlobalSetup]
    public void SetUp()
    {
        Sign();
        PlatformSign();
    }

    [BenchmarkCategory("Sign")]
    [Benchmark(Baseline = true, Description = "ECDSA P-256 (platform)")]
    public int PlatformSign() => _platform.SignData(_message, _platformSignature, HashAlgorithmName.SHA256);

    [BenchmarkCategory("Sign")]
    [Benchmark(Description = "Ed25519")]
    public void Sign() => _key.Sign(_message, _signature);

    [BenchmarkCategory("Sign")]
    [Benchmark(Description = "Ed25519 (NSec)")]
    public void NSecSign() => SignatureAlgorithm.Ed25519.Sign(_nsec, _message, _signature);

    [BenchmarkCategory("Verify")]
    [Benchmark(Baseline = true, Description = "ECDSA P-256 (platform)")]
    public bool PlatformVerify() => _platform.VerifyData(_message, _platformSignature, HashAlgorithmName.SHA256);

    [BenchmarkCategory("Verify")]
    [Benchmark(Description = "Ed25519")]
    public bool Verify() => _key.PublicKey.Verify(_message, _signature);

    [BenchmarkCategory("Verify")]
    [Benchmark(Description = "Ed25519 (NSec)")]
    public bool NSecVerify() => SignatureAlgorithm.Ed25519.Verify(_nsec.PublicKey, _message, _signature);

    [GlobalCleanup]
    public void Dispose()
    {
        _key.Dispose();
        _nsec.Dispose();
        _platform.Dispose();
        GC.SuppressFinalize(this);
    }
}
