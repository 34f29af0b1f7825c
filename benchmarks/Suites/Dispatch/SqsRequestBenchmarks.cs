using System.Text;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Hashee.Aws;
using Hashee.Host;
using Hashee.Host.Native;

namespace Hashee.Benchmarks.Suites.Dispatch;

/// <summary>
/// SQS's SendMessage for a queued delivery of 1 KB and 64 KB. Baselines: of Signature Version 4, its three hashes (body, canonical request,
/// string to sign; the day's key is kept); of the request, the signature over a body that is there already; of the whole call over
/// loopback, the same bytes exchanged on a bare socket.
/// </summary>
[CategoriesColumn]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
public class SqsRequestBenchmarks : IDisposable
{
    private readonly Samples _samples = new();
    private byte[] _message = [];
    private byte[] _body = [];
    private byte[] _prepared = [];
    private int _answerLength;
    private SendMessageRequest? _request;
    private CannedServer? _server;
    private RawExchange? _raw;
    private SqsClient? _client;

    /// <summary>The length of the webhook event in the message, in bytes.</summary>
    [Params(1_024, 65_536)]
    public int EventBytes { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        DiscardedLog.Install();
        _message = Samples.Delivery(_samples.MessageEventOfBytes(EventBytes));
        byte[] md5 = new byte[LibCrypto.Md5Length];
        LibCrypto.Md5(_message, md5);
        string digest = Convert.ToHexStringLower(md5);
        byte[] answer = CannedServer.Answer(
            $"200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nx-amzn-RequestId: {Samples.RequestId}",
            Encoding.ASCII.GetBytes(
                $$"""{"MD5OfMessageBody":"{{digest}}","MessageId":"{{Samples.RequestId}}","SequenceNumber":"18849496460467696128"}"""));
        _answerLength = answer.Length;
        _server = new CannedServer(toGet: answer, toPost: answer);
        _raw = new RawExchange(_server.EndPoint);
        string queueUrl = $"http://{_server.EndPoint}/123456789012/jobs.fifo";
        _request = new SendMessageRequest(queueUrl, $"{_server.EndPoint}");
        _prepared = Write().ToArray();
        _body = _prepared[(_prepared.AsSpan().IndexOf("\r\n\r\n"u8) + 4)..];
        AwsSettings settings = new()
        {
            Region = "us-east-1",
            AccessKeyId = "AKIDEXAMPLE",
            SecretAccessKey = "a secret access key"u8.ToArray(),
        };
        _client = HttpUrl.TryParse(queueUrl, out HttpUrl url) ? new SqsClient(settings, url) : null;
        if (!Send())
        {
            throw new InvalidOperationException("The client did not accept the answer.");
        }
    }

    [BenchmarkCategory("Signature")]
    [Benchmark(Baseline = true, Description = "2 SHA-256 + 1 HMAC-SHA256")]
    public void Hashes()
    {
        Span<byte> digest = stackalloc byte[LibCrypto.Sha256Length];
        LibCrypto.Sha256(_body, digest);
        LibCrypto.Sha256(_body.AsSpan(0, 320), digest);
        LibCrypto.HmacSha256(_body.AsSpan(0, LibCrypto.Sha256Length), _body.AsSpan(0, 140), digest);
    }

    [BenchmarkCategory("Signature")]
    [Benchmark(Description = "Signed head")]
    public int Sign() => _request!.Sign(_body).Length;

    [BenchmarkCategory("Request")]
    [Benchmark(Baseline = true, Description = "Signed head")]
    public int SignedHead() => _request!.Sign(_body).Length;

    [BenchmarkCategory("Request")]
    [Benchmark(Description = "Head, JSON body and MD5")]
    public int WriteRequest() => Write().Length;

    [BenchmarkCategory("Call over loopback")]
    [Benchmark(Baseline = true, Description = "The same bytes on a socket")]
    public void Exchange() => _raw!.Run(_prepared, _answerLength);

    [BenchmarkCategory("Call over loopback")]
    [Benchmark(Description = "SqsClient.SendMessage")]
    public bool Send() => _client!.SendMessage(_message, Samples.ConversationIdUtf8, Samples.DeliveryIdUtf8, Deadline.Never).IsAccepted;

    [GlobalCleanup]
    public void Dispose()
    {
        _samples.Dispose();
        _client?.Dispose();
        _raw?.Dispose();
        _server?.Dispose();
        GC.SuppressFinalize(this);
    }

    private ReadOnlySpan<byte> Write() => _request!.Write(_message, Samples.ConversationIdUtf8, Samples.DeliveryIdUtf8);
}
