using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Hashee.Lambda;
using Hashee.Protocol;

namespace Hashee.Benchmarks.Suites.Dispatch;

/// <summary>
/// Every document of a message's way, read. Baseline: Utf8JsonReader over the same bytes, every token read, escapes undone and nothing
/// kept.
/// </summary>
[CategoriesColumn]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
public class JsonBenchmarks : IDisposable
{
    private readonly Samples _samples = new();
    private readonly PlainJson _plain = new();
    private readonly HttpRequest _request = new();
    private byte[] _functionUrlEvent = [];
    private byte[] _webhookEvent = [];
    private byte[] _delivery = [];
    private byte[] _batch = [];
    private byte[] _payload = [];

    [GlobalSetup]
    public void SetUp()
    {
        _webhookEvent = _samples.MessageEventOfBytes(1_024);
        _functionUrlEvent = Samples.FunctionUrlEvent(_webhookEvent, 1_763_600_000, new string('0', 64));
        _delivery = Samples.Delivery(_webhookEvent);
        _batch = _samples.SqsEvent(messages: 10, characters: 100);
        _payload = Samples.TextPayload(4_096);
    }

    [BenchmarkCategory("Function URL event")]
    [Benchmark(Baseline = true, Description = "Utf8JsonReader")]
    public int FunctionUrlEventPlain() => _plain.Read(_functionUrlEvent);

    [BenchmarkCategory("Function URL event")]
    [Benchmark(Description = "HttpRequest")]
    public bool FunctionUrlEvent() => _request.TryRead(_functionUrlEvent);

    [BenchmarkCategory("Webhook event")]
    [Benchmark(Baseline = true, Description = "Utf8JsonReader")]
    public int WebhookEventPlain() => _plain.Read(_webhookEvent);

    [BenchmarkCategory("Webhook event")]
    [Benchmark(Description = "WebhookEvent")]
    public bool ReadWebhookEvent() => WebhookEvent.TryRead(_webhookEvent, out _, out _);

    [BenchmarkCategory("SQS event of 10")]
    [Benchmark(Baseline = true, Description = "Utf8JsonReader")]
    public int BatchPlain() => _plain.Read(_batch);

    [BenchmarkCategory("SQS event of 10")]
    [Benchmark(Description = "SqsEvent")]
    public int Batch() => SqsEvent.TryRead(_batch, out SqsEvent? read) ? read.Messages.Count : 0;

    [BenchmarkCategory("Queued delivery")]
    [Benchmark(Baseline = true, Description = "Utf8JsonReader")]
    public int DeliveryPlain() => _plain.Read(_delivery);

    [BenchmarkCategory("Queued delivery")]
    [Benchmark(Description = "QueuedDelivery")]
    public bool Delivery() => QueuedDelivery.TryRead(_delivery, out _, out _);

    [BenchmarkCategory("Payload of 4,096 characters")]
    [Benchmark(Baseline = true, Description = "Utf8JsonReader")]
    public int PayloadPlain() => _plain.Read(_payload);

    [BenchmarkCategory("Payload of 4,096 characters")]
    [Benchmark(Description = "Payload")]
    public bool ReadPayload() => Payload.TryRead(_payload, out _);

    [GlobalCleanup]
    public void Dispose()
    {
        _samples.Dispose();
        GC.SuppressFinalize(this);
    }
}
