using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Hashee.Protocol;

namespace Hashee.Benchmarks.Suites.Crypto;

/// <summary>
/// HPKE single-shot for a content key of 32 bytes: what every recipient of an envelope costs. Baseline: its operations on the curve,
/// which are one agreement to open, and an ephemeral public key besides to seal; the rest is the key schedule and AES-GCM.
/// </summary>
[CategoriesColumn]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
public class HpkeBenchmarks : IDisposable
{
    private readonly X25519PrivateKey _recipient = X25519PrivateKey.Import(Samples.Fill(32, 1));
    private readonly CurveOperations _curve = new();
    private readonly byte[] _contentKey = Samples.Fill(32, 7);
    private readonly byte[] _info = Samples.Fill(160, 8);
    private readonly byte[] _encapsulatedKey = new byte[Hpke.EncapsulatedKeySize];
    private readonly byte[] _wrapped = new byte[32 + Aead.TagSize];

    [GlobalSetup]
    public void SetUp() => Seal();

    [BenchmarkCategory("Seal")]
    [Benchmark(Baseline = true, Description = "Public key and agreement")]
    public bool CurveToSeal() => _curve.DerivePublicKey() && _curve.Agree(_recipient.PublicKey);

    [BenchmarkCategory("Seal")]
    [Benchmark(Description = "HPKE")]
    public void Seal() => Hpke.Seal(Aead.Aes256Gcm, _recipient.PublicKey, _info, [], _contentKey, _encapsulatedKey, _wrapped);

    [BenchmarkCategory("Open")]
    [Benchmark(Baseline = true, Description = "Agreement")]
    public bool CurveToOpen() => _curve.Agree(_recipient.PublicKey);

    [BenchmarkCategory("Open")]
    [Benchmark(Description = "HPKE")]
    public bool Open() => Hpke.TryOpen(Aead.Aes256Gcm, _recipient, _encapsulatedKey, _info, [], _wrapped, stackalloc byte[32]);

    [GlobalCleanup]
    public void Dispose()
    {
        _recipient.Dispose();
        _curve.Dispose();
        GC.SuppressFinalize(this);
    }
}
