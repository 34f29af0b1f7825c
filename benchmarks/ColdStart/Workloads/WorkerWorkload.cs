using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hashee.Benchmarks.ColdStart.Services;
using Hashee.Emulator;
using Hashee.Emulator.Lambda;
using Hashee.Emulator.Platform;
using Hashee.Emulator.Sqs;
using Hashee.Protocol;

namespace Hashee.Benchmarks.ColdStart.Workloads;

/// <summary>Sealed and signed messages of one user, one to a batch; each has to lead to a reply.</summary>
internal sealed class WorkerWorkload : Workload, IDisposable
{
    private const string AgentId = "01JCZ8M0Q4W2V6T8R0P5N3K7HA";
    private const string ConversationId = "01JCZ8M0Q4W2V6T8R0P5N3K7HC";
    private const string SenderId = "01JCZ8M0Q4W2V6T8R0P5N3K7HS";
    private const string Region = "eu-central-1";

    private readonly byte[] _decryptionKey = RandomNumberGenerator.GetBytes(X25519PrivateKey.Size);
    private readonly byte[] _signingKey = RandomNumberGenerator.GetBytes(Ed25519PrivateKey.Size);
    private readonly string _token = FreshValue.Token();
    private readonly X25519PublicKey _agentKey;
    private readonly X25519PrivateKey _deviceKey = X25519PrivateKey.Generate();
    private readonly Ed25519PrivateKey _deviceSigningKey = Ed25519PrivateKey.Generate();

    public WorkerWorkload()
    {
        using X25519PrivateKey agent = X25519PrivateKey.Import(_decryptionKey);
        _agentKey = agent.PublicKey;
        Devices = Encoding.UTF8.GetBytes(
            $$"""
            {"data":[{"device_id":"d1","public_key":"{{_deviceKey.PublicKey.ToBase64()}}",
              "signing_public_key":"{{_deviceSigningKey.PublicKey.ToBase64()}}"}]}
            """);
    }

    public override byte[] Devices { get; }

    public override IReadOnlyDictionary<string, string> Environment(Uri cloud) => new Dictionary<string, string>
    {
        ["HASHEE_AGENT_ID"] = AgentId,
        ["HASHEE_AGENT_TOKEN"] = _token,
        ["HASHEE_X25519_PRIVATE_BASE64"] = Convert.ToBase64String(_decryptionKey),
        ["HASHEE_ED25519_PRIVATE_BASE64"] = Convert.ToBase64String(_signingKey),
        ["HASHEE_BASE_URL"] = cloud.GetLeftPart(UriPartial.Authority),
    };

    public override Call CreateCall()
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        string key = FreshValue.Ulid(now);
        byte[] envelope = EnvelopeWriter.Seal(
            SenderId, ConversationId, key, now.ToUnixTimeMilliseconds(), [new Recipient(AgentId, _agentKey)], EventJson.Text(key), _deviceSigningKey);
        ArrayBufferWriter<byte> body = new();
        QueuedDelivery.Write(
            Encoding.UTF8.GetBytes(key), now.ToUnixTimeMilliseconds(), EventJson.MessageNew(ConversationId, SenderId, now, envelope), body);
        string text = Encoding.UTF8.GetString(body.WrittenSpan);

        ReceivedMessage message = new()
        {
            MessageId = Guid.NewGuid().ToString(),
            ReceiptHandle = Convert.ToBase64String(RandomNumberGenerator.GetBytes(96)),
            Body = text,
            Md5OfBody = MessageDigest.OfBody(text),
            Attributes = new Dictionary<string, MessageAttribute>(),
            GroupId = ConversationId,
            DeduplicationId = key,
            SequenceNumber = "18849496460467696128",
            SenderId = "AROAEXAMPLEEXAMPLE123",
            SentAt = now,
            FirstReceivedAt = now,
            ReceiveCount = 1,
        };
        (ReadOnlyMemory<byte> payload, _) = SqsEvent.Write([message], $"arn:aws:sqs:{Region}:{AwsAccount.Id}:jobs.fifo", Region);
        return new Call(Guid.NewGuid().ToString(), payload.ToArray(), key);
    }

    public override string? Check(Call call, HttpExchange? message, byte[] response)
    {
        using JsonDocument answer = JsonDocument.Parse(response);
        if (answer.RootElement.GetProperty("batchItemFailures").GetArrayLength() != 0)
        {
            return "it reported the message as failed";
        }

        if (message is null)
        {
            return "it processed a message and sent no reply";
        }

        using JsonDocument reply = JsonDocument.Parse(message.Body);
        string? text = reply.RootElement.GetProperty("payload").GetProperty("text").GetString();
        return message.Target == $"/agents/{AgentId}/messages"
            && message.Header("Authorization") == $"Bearer {_token}"
            && text is not null
            && text.Contains(call.Key!, StringComparison.Ordinal)
                ? null
                : "its reply is not the message's";
    }

    public void Dispose()
    {
        _deviceKey.Dispose();
        _deviceSigningKey.Dispose();
    }
}
