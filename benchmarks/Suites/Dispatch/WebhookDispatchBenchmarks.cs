using System.Buffers;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Hashee.Aws;
using Hashee.Host;
using Hashee.Lambda;
using Hashee.Protocol;
using Hashee.Webhook;

namespace Hashee.Benchmarks.Suites.Dispatch;

/// <summary>
/// A webhook call from the event's bytes to the response's bytes, the queue replaced by a sink that writes and signs the request to SQS
/// and drops it. Baseline: what an accepted call cannot avoid, which is JSON by System.Text.Json (event and body read, the request to SQS
/// and the response written), the HMAC of the body, and Signature Version 4 of the request. That HMAC is libsodium's, which the webhook
/// can use before OpenSSL is loaded; System.Security.Cryptography's is faster once OpenSSL is there (<see cref="Crypto.WebhookSignatureBenchmarks"/>).
/// </summary>
public class WebhookDispatchBenchmarks : IDisposable
{
    private const string QueueUrl = "https://sqs.us-east-1.amazonaws.com/123456789012/jobs.fifo";

    private readonly Samples _samples = new();
    private readonly SendMessageRequest _request = new(QueueUrl, "sqs.us-east-1.amazonaws.com");
    private readonly InvocationContext _context = Samples.Invocation();
    private readonly WebhookVerifier _verifier = Samples.CreateVerifier();
    private readonly HmacSha256 _hmac = new(Samples.Secret);
    private readonly PlainJson _json = new();
    private readonly ArrayBufferWriter<byte> _output = new();
    private WebhookHandler? _handler;
    private Utf8JsonWriter? _writer;
    private byte[] _body = [];
    private byte[] _delivery = [];
    private byte[] _accepted = [];
    private byte[] _wrongSignature = [];
    private byte[] _stale = [];
    private byte[] _malformed = [];

    /// <summary>The webhook body's length in bytes, about.</summary>
    [Params(1_024, 65_536)]
    public int BodyBytes { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        DiscardedLog.Install();
        _handler = new WebhookHandler(Samples.AgentIdUtf8.ToArray(), _verifier, WriteAndDrop, static () => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        _writer = new Utf8JsonWriter(_output, Samples.FewestEscapes);
        _body = _samples.MessageEventOfBytes(BodyBytes);
        _delivery = Samples.Delivery(_body);

        // As far ahead as the webhook takes it: fresh for the whole run.
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + WebhookVerifier.MaxAheadSeconds - 5;
        _accepted = Signed(_body, now);
        _stale = Signed(_body, now - 2 * WebhookVerifier.MaxAgeSeconds);
        _malformed = Signed(_body[..^1], now);
        _wrongSignature = Samples.FunctionUrlEvent(_body, now, new string('0', 2 * HmacSha256.Size));
        Expect(_accepted, "\"statusCode\":200"u8);
        Expect(_stale, "stale_timestamp"u8);
        Expect(_malformed, "bad_request"u8);
        Expect(_wrongSignature, "invalid_signature"u8);
    }

    [Benchmark(Baseline = true, Description = "JSON + HMAC + SigV4")]
    public int Primitives()
    {
        int tokens = _json.Read(_accepted) + _json.Read(_body);
        _hmac.Compute(_body, stackalloc byte[HmacSha256.Size]);

        _output.ResetWrittenCount();
        _writer!.Reset();
        _writer.WriteStartObject();
        _writer.WriteString("QueueUrl"u8, QueueUrl);
        _writer.WriteString("MessageBody"u8, _delivery);
        _writer.WriteString("MessageGroupId"u8, Samples.ConversationIdUtf8);
        _writer.WriteString("MessageDeduplicationId"u8, Samples.DeliveryIdUtf8);
        _writer.WriteEndObject();
        _writer.Flush();
        tokens += _request.Sign(_output.WrittenSpan).Length;

        _output.ResetWrittenCount();
        _writer.Reset();
        _writer.WriteStartObject();
        _writer.WriteNumber("statusCode"u8, 200);
        _writer.WriteStartObject("headers"u8);
        _writer.WriteString("content-type"u8, "text/plain"u8);
        _writer.WriteEndObject();
        _writer.WriteString("body"u8, "ok"u8);
        _writer.WriteEndObject();
        _writer.Flush();
        return tokens;
    }

    [Benchmark]
    public int Accepted() => Dispatch(_accepted);

    [Benchmark(Description = "Wrong signature")]
    public int WrongSignature() => Dispatch(_wrongSignature);

    [Benchmark]
    public int Stale() => Dispatch(_stale);

    [Benchmark]
    public int Malformed() => Dispatch(_malformed);

    [GlobalCleanup]
    public void Dispose()
    {
        _samples.Dispose();
        _verifier.Dispose();
        _hmac.Dispose();
        _writer?.Dispose();
        GC.SuppressFinalize(this);
    }

    private static byte[] Signed(byte[] body, long timestamp) =>
        Samples.FunctionUrlEvent(body, timestamp, WebhookSignature.Sign(Samples.Secret, timestamp, Samples.DeliveryId, body));

    private int Dispatch(byte[] payload)
    {
        _output.ResetWrittenCount();
        _handler!.Handle(payload, _context, _output);
        return _output.WrittenCount;
    }

    private void Expect(byte[] payload, ReadOnlySpan<byte> inResponse)
    {
        Dispatch(payload);
        if (_output.WrittenSpan.IndexOf(inResponse) < 0)
        {
            throw new InvalidOperationException($"The webhook answered {System.Text.Encoding.UTF8.GetString(_output.WrittenSpan)}");
        }
    }

    private SqsOutcome WriteAndDrop(
        ReadOnlySpan<byte> body, ReadOnlySpan<byte> groupId, ReadOnlySpan<byte> deduplicationId, Deadline deadline)
    {
        _request.Write(body, groupId, deduplicationId);
        return new SqsOutcome(SqsOutcomeKind.Accepted, "", 200);
    }
}
