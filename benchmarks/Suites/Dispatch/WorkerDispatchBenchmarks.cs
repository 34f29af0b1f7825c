using System.Buffers;
using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Text;
using BenchmarkDotNet.Attributes;
using Hashee.Agents;
using Hashee.Agents.Platform;
using Hashee.Lambda;
using Hashee.Protocol;
using Hashee.Worker;

namespace Hashee.Benchmarks.Suites.Dispatch;

/// <summary>
/// An SQS batch from the event's bytes to the response's bytes with a reply for every message, the platform replaced by a server on
/// loopback that takes all. Baseline: what cannot be avoided, which is the batch's JSON, and for each message, at the same time as the
/// others, base64, one Ed25519 verification, one X25519 agreement, AES-256-GCM and one POST by HttpClient.
/// </summary>
public class WorkerDispatchBenchmarks : IDisposable
{
    private const int Characters = 1_000;

    private readonly Samples _samples = new();
    private readonly InvocationContext _context = Samples.Invocation();
    private readonly ArrayBufferWriter<byte> _response = new();
    private readonly PlainJson _json = new();
    private readonly HttpClient _http = new();
    private readonly byte[] _contentKey = Samples.Fill(32, 6);
    private readonly byte[] _nonce = new byte[Aead.NonceSize];
    private byte[] _batch = [];
    private byte[] _base64 = [];
    private byte[] _payload = [];
    private byte[] _ciphertext = [];
    private Uri? _messages;
    private CannedServer? _server;
    private PlatformClient? _platform;
    private QueueBatches? _handler;

    /// <summary>Messages in the batch, each in a group of its own.</summary>
    [Params(1, 10)]
    public int Messages { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        DiscardedLog.Install();
        _batch = _samples.SqsEvent(Messages, Characters);
        _payload = Samples.TextPayload(Characters);
        _base64 = Encoding.ASCII.GetBytes(Convert.ToBase64String(_samples.Seal(_payload, _samples.Recipients(1))));
        _ciphertext = new byte[_payload.Length + Aead.TagSize];
        Aead.Aes256Gcm.Seal(_contentKey, _nonce, [], _payload, _ciphertext);

        const string json = "200 OK\r\nContent-Type: application/json";
        _server = new CannedServer(
            toGet: CannedServer.Answer(json, _samples.Devices()), toPost: CannedServer.Answer(json, "{\"data\":{\"id\":\"01HZREPLY\"}}"u8));
        string baseUrl = $"http://{_server.EndPoint}";
        _messages = new Uri($"{baseUrl}/agents/{Samples.AgentId}/messages");
        _platform = new PlatformClient(baseUrl, Samples.AgentId, "hsk_benchmarks", TimeProvider.System);
        HasheeConfiguration configuration = new(
            Samples.AgentId, "hsk_benchmarks", _samples.AgentKey, _samples.AgentSigningKey, baseUrl,
            VerifySender: true, SealReplies: false, TimeSpan.FromMinutes(5));
        SenderKeys senderKeys = new(_platform, configuration.KeysKeptFor, TimeProvider.System);
        DeliveryProcessor processor = new(configuration, _platform, senderKeys, new EchoAgent());
        _handler = new QueueBatches(
            new HasheeDoor(processor, TimeProvider.System),
            new JobsQueues(jobs: null, deadLetters: null, GiveUpRule.Default),
            new Metrics("Hashee"),
            TimeProvider.System);
        Dispatch();
        if (_response.WrittenSpan.IndexOf("itemIdentifier"u8) >= 0)
        {
            throw new InvalidOperationException("The worker did not process the batch.");
        }
    }

    [Benchmark(Baseline = true, Description = "JSON + envelope primitives + HttpClient")]
    public void Primitives()
    {
        _json.Read(_batch);
        Task[] replies = new Task[Messages];
        for (int i = 0; i < replies.Length; i++)
        {
            replies[i] = Task.Run(OpenAndPostAsync);
        }

        Task.WaitAll(replies);
    }

    [Benchmark(Description = "Batch answered")]
    public int Dispatch()
    {
        _response.ResetWrittenCount();
        _handler!.Handle(_batch, _context, _response);
        return _response.WrittenCount;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _samples.Dispose();
        _http.Dispose();
        _platform?.Dispose();
        _server?.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task OpenAndPostAsync()
    {
        Open();
        using ByteArrayContent reply = new(_payload);
        reply.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using HttpResponseMessage answer = await _http.PostAsync(_messages, reply);
        await answer.Content.ReadAsByteArrayAsync();
    }

    private bool Open()
    {
        byte[] raw = new byte[Base64.GetMaxDecodedFromUtf8Length(_base64.Length)];
        Base64.DecodeFromUtf8(_base64, raw, out _, out int length);
        ReadOnlySpan<byte> signature = raw.AsSpan(length - Ed25519PublicKey.SignatureSize, Ed25519PublicKey.SignatureSize);
        return _samples.SenderSigningKey.PublicKey.Verify(raw.AsSpan(0, length - signature.Length), signature)
            | _samples.AgentKey.TryAgree(_samples.AgentKey.PublicKey.Bytes, stackalloc byte[X25519PrivateKey.SharedSecretSize])
            | Aead.Aes256Gcm.TryOpen(_contentKey, _nonce, [], _ciphertext, new byte[_payload.Length]);
    }
}
