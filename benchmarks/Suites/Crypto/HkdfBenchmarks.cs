using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using NSec.Cryptography;
using HkdfSha256 = Hashee.Protocol.HkdfSha256;

namespace Hashee.Benchmarks.Suites.Crypto;

/// <summary>
/// HKDF-SHA256 from a shared secret to a key of 32 bytes, by this project and by NSec. Baseline: System.Security.Cryptography.
/// </summary>
public class HkdfBenchmarks
{
    private readonly byte[] _secret = Samples.Fill(32, 1);
    private readonly byte[] _salt = Samples.Fill(32, 2);
    private readonly byte[] _info = Samples.Fill(64, 3);
    private readonly byte[] _key = new byte[32];

    [Benchmark(Baseline = true, Description = "HKDF (platform)")]
    public void Platform() => HKDF.DeriveKey(HashAlgorithmName.SHA256, _secret, _key, _salt, _info);

    [Benchmark(Description = "HkdfSha256")]
    public void Derive()
    {
        Span<byte> pseudorandomKey = stackalloc byte[HkdfSha256.PseudorandomKeySize];
        HkdfSha256.Extract(_salt, _secret, pseudorandomKey);
        HkdfSha256.Expand(pseudorandomKey, _info, _key);
    }

    [Benchmark(Description = "HkdfSha256 (NSec)")]
    public void NSecDerive() => KeyDerivationAlgorithm.HkdfSha256.DeriveBytes(_secret, _salt, _info, _key);
}
