using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Hashee.Protocol;
using NSec.Cryptography;

namespace Hashee.Benchmarks.Suites.Crypto;

/// <summary>
/// AES-256-GCM under a fresh key, as every message has one: by libsodium where the processor has what that takes, and by NSec. Baseline:
/// System.Security.Cryptography.
/// </summary>
[CategoriesColumn]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
public class AesGcmBenchmarks
{
    private readonly byte[] _key = Samples.Fill(32, 1);
    private readonly byte[] _nonce = Samples.Fill(Aead.NonceSize, 2);
    private byte[] _plaintext = [];
    private byte[] _ciphertext = [];

    /// <summary>The plaintext's length in bytes.</summary>
    [Params(100, 4_096, 100_000)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _plaintext = Samples.Fill(Bytes, 3);
        _ciphertext = new byte[Bytes + Aead.TagSize];
        Seal();
    }

    [BenchmarkCategory("Seal")]
    [Benchmark(Baseline = true, Description = "AesGcm (platform)")]
    public void PlatformSeal()
    {
        using AesGcm aes = new(_key, Aead.TagSize);
        aes.Encrypt(_nonce, _plaintext, _ciphertext.AsSpan(0, Bytes), _ciphertext.AsSpan(Bytes));
    }

    [BenchmarkCategory("Seal")]
    [Benchmark(Description = "Aead.Aes256Gcm")]
    public void Seal() => Aead.Aes256Gcm.Seal(_key, _nonce, [], _plaintext, _ciphertext);

    [BenchmarkCategory("Seal")]
    [Benchmark(Description = "Aes256Gcm (NSec)")]
    public void NSecSeal()
    {
        using Key key = Key.Import(AeadAlgorithm.Aes256Gcm, _key, KeyBlobFormat.RawSymmetricKey);
        AeadAlgorithm.Aes256Gcm.Encrypt(key, _nonce, [], _plaintext, _ciphertext);
    }

    [BenchmarkCategory("Open")]
    [Benchmark(Baseline = true, Description = "AesGcm (platform)")]
    public void PlatformOpen()
    {
        using AesGcm aes = new(_key, Aead.TagSize);
        aes.Decrypt(_nonce, _ciphertext.AsSpan(0, Bytes), _ciphertext.AsSpan(Bytes), _plaintext);
    }

    [BenchmarkCategory("Open")]
    [Benchmark(Description = "Aead.Aes256Gcm")]
    public bool Open() => Aead.Aes256Gcm.TryOpen(_key, _nonce, [], _ciphertext, _plaintext);

    [BenchmarkCategory("Open")]
    [Benchmark(Description = "Aes256Gcm (NSec)")]
    public bool NSecOpen()
    {
        using Key key = Key.Import(AeadAlgorithm.Aes256Gcm, _key, KeyBlobFormat.RawSymmetricKey);
        return AeadAlgorithm.Aes256Gcm.Decrypt(key, _nonce, [], _ciphertext, _plaintext);
    }
}
