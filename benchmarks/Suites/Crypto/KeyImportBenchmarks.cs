using System.Text;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Hashee.Protocol;

namespace Hashee.Benchmarks.Suites.Crypto;

/// <summary>
/// Private keys as INIT imports them, from base64 into guarded memory. Baseline: deriving the public key, in memory that is there
/// already; the rest is the guarded memory, made, sealed and wiped.
/// </summary>
[CategoriesColumn]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
public class KeyImportBenchmarks : IDisposable
{
    private static readonly byte[] Bytes = Samples.Fill(X25519PrivateKey.Size, 1);
    private static readonly byte[] Base64 = Encoding.ASCII.GetBytes(Convert.ToBase64String(Bytes));

    private readonly GuardedMemory _scalar = new(X25519PrivateKey.Size);
    private readonly byte[] _publicKey = new byte[X25519PublicKey.Size];
    private readonly byte[] _seedAndPublic = new byte[64];

    [GlobalSetup]
    public void SetUp() => Bytes.CopyTo(_scalar.Span);

    [BenchmarkCategory("X25519")]
    [Benchmark(Baseline = true, Description = "Public key derived")]
    public int DeriveX25519() => Sodium.crypto_scalarmult_curve25519_base(_publicKey, _scalar);

    [BenchmarkCategory("X25519")]
    [Benchmark(Description = "Imported from bytes")]
    public void ImportX25519() => X25519PrivateKey.Import(Bytes).Dispose();

    [BenchmarkCategory("X25519")]
    [Benchmark(Description = "Imported from base64")]
    public void ImportX25519Base64()
    {
        X25519PrivateKey.TryImportBase64(Base64, out X25519PrivateKey? key);
        key!.Dispose();
    }

    [BenchmarkCategory("Ed25519")]
    [Benchmark(Baseline = true, Description = "Public key derived")]
    public int DeriveEd25519() => Sodium.crypto_sign_ed25519_seed_keypair(_publicKey, _seedAndPublic, Bytes);

    [BenchmarkCategory("Ed25519")]
    [Benchmark(Description = "Imported from bytes")]
    public void ImportEd25519() => Ed25519PrivateKey.Import(Bytes).Dispose();

    [BenchmarkCategory("Ed25519")]
    [Benchmark(Description = "Imported from base64")]
    public void ImportEd25519Base64()
    {
        Ed25519PrivateKey.TryImportBase64(Base64, out Ed25519PrivateKey? key);
        key!.Dispose();
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _scalar.Dispose();
        GC.SuppressFinalize(this);
    }
}
