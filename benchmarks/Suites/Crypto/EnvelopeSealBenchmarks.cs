using BenchmarkDotNet.Attributes;
using Hashee.Protocol;

namespace Hashee.Benchmarks.Suites.Crypto;

/// <summary>
/// Envelopes as a sealed reply makes them. Baseline: what cannot be avoided, which is an ephemeral public key and one X25519 agreement for
/// each recipient, then AES-256-GCM over the payload and one Ed25519 signature.
/// </summary>
public class EnvelopeSealBenchmarks : IDisposable
{
    private readonly Samples _samples = new();
    private readonly CurveOperations _curve = new();
    private readonly byte[] _contentKey = Samples.Fill(32, 6);
    private readonly byte[] _nonce = new byte[Aead.NonceSize];
    private Recipient[] _recipients = [];
    private byte[] _payload = [];
    private byte[] _ciphertext = [];
    private byte[] _raw = [];

    /// <summary>Characters of the text.</summary>
    [Params(100, 4_096, 100_000)]
    public int Characters { get; set; }

    /// <summary>Recipients of the envelope.</summary>
    [Params(1, 10, 500)]
    public int Recipients { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _payload = Samples.TextPayload(Characters);
        _ciphertext = new byte[_payload.Length + Aead.TagSize];
        _recipients = _samples.Recipients(Recipients);
        _raw = Seal();
    }

    [Benchmark(Baseline = true, Description = "X25519 + AES-GCM + Ed25519")]
    public bool Primitives()
    {
        bool agreed = true;
        foreach (Recipient recipient in _recipients)
        {
            agreed &= _curve.DerivePublicKey() && _curve.Agree(recipient.Key);
        }

        Aead.Aes256Gcm.Seal(_contentKey, _nonce, [], _payload, _ciphertext);
        Span<byte> signature = stackalloc byte[Ed25519PublicKey.SignatureSize];
        _samples.SenderSigningKey.Sign(_raw.AsSpan(0, _raw.Length - signature.Length), signature);
        return agreed;
    }

    [Benchmark(Description = "Envelope sealed")]
    public byte[] Seal() => _samples.Seal(_payload, _recipients);

    [GlobalCleanup]
    public void Dispose()
    {
        _samples.Dispose();
        _curve.Dispose();
        GC.SuppressFinalize(this);
    }
}
