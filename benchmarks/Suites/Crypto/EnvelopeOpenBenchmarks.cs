using System.Buffers.Text;
using System.Text;
using BenchmarkDotNet.Attributes;
using Hashee.Protocol;

namespace Hashee.Benchmarks.Suites.Crypto;

/// <summary>
/// Envelopes as the worker opens them: base64 in, payload out, every check included. Baseline: what cannot be avoided, which is
/// decoding the base64, one Ed25519 verification, one X25519 agreement and AES-256-GCM over the payload.
/// </summary>
public class EnvelopeOpenBenchmarks : IDisposable
{
    private readonly Samples _samples = new();
    private readonly CurveOperations _curve = new();
    private readonly byte[] _contentKey = Samples.Fill(32, 6);
    private readonly byte[] _nonce = new byte[Aead.NonceSize];
    private EnvelopeReader? _reader;
    private FixedSenderKeys? _senderKeys;
    private byte[] _base64 = [];
    private byte[] _raw = [];
    private byte[] _payload = [];
    private byte[] _ciphertext = [];

    /// <summary>Characters of the text.</summary>
    [Params(100, 4_096, 100_000)]
    public int Characters { get; set; }

    /// <summary>Recipients of the envelope; the reader is the last.</summary>
    [Params(1, 10, 500)]
    public int Recipients { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _reader = new EnvelopeReader(Samples.AgentId, _samples.AgentKey);
        _senderKeys = new FixedSenderKeys(_samples.SenderSigningKey.PublicKey);
        _payload = Samples.TextPayload(Characters);
        _raw = _samples.Seal(_payload, _samples.Recipients(Recipients));
        _base64 = Encoding.ASCII.GetBytes(Convert.ToBase64String(_raw));
        _ciphertext = new byte[_payload.Length + Aead.TagSize];
        Aead.Aes256Gcm.Seal(_contentKey, _nonce, [], _payload, _ciphertext);
    }

    [Benchmark(Baseline = true, Description = "Base64 + Ed25519 + X25519 + AES-GCM")]
    public bool Primitives()
    {
        Base64.DecodeFromUtf8(_base64, _raw, out _, out _);
        ReadOnlySpan<byte> signature = _raw.AsSpan(_raw.Length - Ed25519PublicKey.SignatureSize);
        return _samples.SenderSigningKey.PublicKey.Verify(_raw.AsSpan(0, _raw.Length - signature.Length), signature)
            | _curve.Agree(_samples.AgentKey.PublicKey)
            | Aead.Aes256Gcm.TryOpen(_contentKey, _nonce, [], _ciphertext, _payload);
    }

    [Benchmark(Description = "Envelope opened")]
    public async ValueTask<EnvelopeOutcome> Open() =>
        (await _reader!.OpenAsync(_base64, Samples.ConversationId, Samples.SenderId, _senderKeys!, CancellationToken.None)).Outcome;

    [GlobalCleanup]
    public void Dispose()
    {
        _samples.Dispose();
        _curve.Dispose();
        GC.SuppressFinalize(this);
    }
}
