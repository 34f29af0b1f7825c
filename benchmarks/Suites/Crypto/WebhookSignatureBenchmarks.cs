using System.Security.Cryptography;
using System.Text;
using BenchmarkDotNet.Attributes;
using Hashee.Protocol;
using NSec.Cryptography;
using HmacSha256 = Hashee.Protocol.HmacSha256;
using IncrementalHash = System.Security.Cryptography.IncrementalHash;

namespace Hashee.Benchmarks.Suites.Crypto;

/// <summary>
/// The signature of a webhook call: headers parsed, freshness and HMAC-SHA256 checked. Baseline: the HMAC of the same bytes by
/// System.Security.Cryptography, its key prepared once as ours is. NSec's row has a key of 32 bytes: it takes no other, so not Hashee's secret.
/// </summary>
public class WebhookSignatureBenchmarks : IDisposable
{
    private const long Timestamp = 1_763_600_000;

    private readonly IncrementalHash _platform = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Samples.Secret);
    private readonly Key _nsec = Key.Import(MacAlgorithm.HmacSha256, Samples.Fill(32, 2), KeyBlobFormat.RawSymmetricKey);
    private readonly WebhookVerifier _verifier = Samples.CreateVerifier();
    private byte[] _body = [];
    private byte[] _signature = [];
    private byte[] _nsecSignature = [];

    /// <summary>The body's length in bytes.</summary>
    [Params(1_024, 65_536, 1_048_576)]
    public int BodyBytes { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _body = Samples.Fill(BodyBytes, 1);
        _signature = Encoding.ASCII.GetBytes(WebhookSignature.Sign(Samples.Secret, Timestamp, Samples.DeliveryId, _body));
        _nsecSignature = MacAlgorithm.HmacSha256.Mac(_nsec, [.. Encoding.ASCII.GetBytes($"{Timestamp}.{Samples.DeliveryId}."), .. _body]);
    }

    [Benchmark(Baseline = true, Description = "HMAC-SHA256 (platform)")]
    public int Platform()
    {
        _platform.AppendData("1763600000."u8);
        _platform.AppendData(Samples.DeliveryIdUtf8);
        _platform.AppendData("."u8);
        _platform.AppendData(_body);
        return _platform.GetHashAndReset(stackalloc byte[HmacSha256.Size]);
    }

    [Benchmark(Description = "Call verified")]
    public WebhookOutcome Verify()
    {
        WebhookHeaders.TryParse(_signature, "1763600000"u8, Samples.DeliveryIdUtf8, Samples.AgentIdUtf8, out WebhookHeaders headers, out _);
        return _verifier.Verify(headers, _body, Timestamp);
    }

    [Benchmark(Description = "HMAC-SHA256 (NSec, key of 32 bytes)")]
    public bool NSecMac()
    {
        IncrementalMac.Initialize(_nsec, out IncrementalMac mac);
        IncrementalMac.Update(ref mac, "1763600000."u8);
        IncrementalMac.Update(ref mac, Samples.DeliveryIdUtf8);
        IncrementalMac.Update(ref mac, "."u8);
        IncrementalMac.Update(ref mac, _body);
        return IncrementalMac.FinalizeAndVerify(ref mac, _nsecSignature);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _platform.Dispose();
        _verifier.Dispose();
        _nsec.Dispose();
        GC.SuppressFinalize(this);
    }
}
