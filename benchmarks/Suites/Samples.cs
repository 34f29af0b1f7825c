using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hashee.Lambda;
using Hashee.Protocol;

namespace Hashee.Benchmarks.Suites;

/// <summary>
/// The messages, calls and batches that the suites measure with: made as a user's device, the platform and Lambda make them.
/// </summary>
internal sealed class Samples : IDisposable
{
    public const string AgentId = "01906abc-0000-7000-8000-0000000000a1";
    public const string SenderId = "01HZUSER00000000000000000A";
    public const string ConversationId = "01HZCONVERSATION000000000A";
    public const string DeliveryId = "01906abc-0000-7000-8000-00000000d001";
    public const string RequestId = "01906abc-0000-7000-8000-00000000e001";

    private const string MessageId = "01HZMESSAGE0000000000000AA";
    private const long CreatedUnixMilliseconds = 1_763_600_000_123;

    /// <summary>No more escapes than JSON asks for, as services write it.</summary>
    public static JsonWriterOptions FewestEscapes { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlySpan<byte> AgentIdUtf8 => "01906abc-0000-7000-8000-0000000000a1"u8;

    public static ReadOnlySpan<byte> ConversationIdUtf8 => "01HZCONVERSATION000000000A"u8;

    public static ReadOnlySpan<byte> DeliveryIdUtf8 => "01906abc-0000-7000-8000-00000000d001"u8;

    public static ReadOnlySpan<byte> Secret => "a-secret-that-only-the-benchmarks-have"u8;

    public X25519PrivateKey AgentKey { get; } = X25519PrivateKey.Import(Fill(32, 1));

    public Ed25519PrivateKey AgentSigningKey { get; } = Ed25519PrivateKey.Import(Fill(32, 2));

    public Ed25519PrivateKey SenderSigningKey { get; } = Ed25519PrivateKey.Import(Fill(32, 3));

    /// <summary>Bytes that are the same in every run.</summary>
    public static byte[] Fill(int length, int seed)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>The key of somebody else's device.</summary>
    public static X25519PublicKey OtherPublicKey()
    {
        using X25519PrivateKey other = X25519PrivateKey.Import(Fill(32, 4));
        return other.PublicKey;
    }

    public static WebhookVerifier CreateVerifier() =>
        WebhookVerifier.TryCreate(Secret, WebhookSecretEncoding.Utf8, out WebhookVerifier? verifier, out string? problem)
            ? verifier
            : throw new InvalidOperationException(problem);

    /// <summary>An invocation whose deadline is too far away to matter.</summary>
    public static InvocationContext Invocation()
    {
        InvocationContext context = new();
        context.Begin(
            Encoding.ASCII.GetBytes(RequestId), DateTimeOffset.UtcNow.AddDays(1).ToUnixTimeMilliseconds(),
            traceId: default, isColdStart: false);
        return context;
    }

    /// <summary>A text payload whose text has so many characters.</summary>
    public static byte[] TextPayload(int characters)
    {
        ArrayBufferWriter<byte> json = new();
        Payload.WriteText(new string('x', characters), json);
        return json.WrittenSpan.ToArray();
    }

    /// <summary>The agent last, behind other recipients.</summary>
    public Recipient[] Recipients(int count)
    {
        Recipient[] recipients = new Recipient[count];
        Array.Fill(recipients, new Recipient("01HZOTHER00000000000000000", OtherPublicKey()));
        recipients[^1] = new Recipient(AgentId, AgentKey.PublicKey);
        return recipients;
    }

    /// <summary>An envelope from the sender, raw.</summary>
    public byte[] Seal(byte[] payload, Recipient[] recipients) =>
        EnvelopeWriter.Seal(SenderId, ConversationId, MessageId, CreatedUnixMilliseconds, recipients, payload, SenderSigningKey);

    /// <summary>A <c>message.new</c> event whose text has so many characters.</summary>
    public byte[] MessageEvent(int characters) => Json(json =>
    {
        json.WriteString("type"u8, EventTypes.MessageNew);
        json.WriteString("version"u8, WebhookEvent.SupportedVersion);
        json.WriteBase64String("wire_envelope"u8, Seal(TextPayload(characters), Recipients(1)));
        json.WriteStartObject("metadata"u8);
        json.WriteString("conversation_id"u8, ConversationId);
        json.WriteString("sender_id"u8, SenderId);
        json.WriteString("created_at"u8, "2025-11-20T00:53:20.123Z"u8);
        json.WriteEndObject();
    });

    /// <summary>A <c>message.new</c> event of so many bytes, to within the 4 of a base64 group.</summary>
    public byte[] MessageEventOfBytes(int bytes)
    {
        int overhead = MessageEvent(0).Length;
        return MessageEvent((bytes - overhead) / 4 * 3);
    }

    /// <summary>The Function URL event (payload format 2.0) of a webhook call.</summary>
    /// <param name="body">The call's body.</param>
    /// <param name="timestamp">Its time in Unix seconds.</param>
    /// <param name="signature">Its signature, in hex.</param>
    public static byte[] FunctionUrlEvent(byte[] body, long timestamp, string signature) => Json(json =>
    {
        json.WriteString("version"u8, "2.0"u8);
        json.WriteString("routeKey"u8, "$default"u8);
        json.WriteString("rawPath"u8, "/"u8);
        json.WriteString("rawQueryString"u8, ""u8);
        json.WriteStartObject("headers"u8);
        json.WriteString("content-type"u8, "application/json"u8);
        json.WriteString("x-hashee-signature"u8, signature);
        json.WriteString("x-hashee-timestamp"u8, $"{timestamp}");
        json.WriteString("x-hashee-delivery-id"u8, DeliveryId);
        json.WriteString("x-hashee-agent-id"u8, AgentId);
        json.WriteString("host"u8, "abc123.lambda-url.us-east-1.on.aws"u8);
        json.WriteString("user-agent"u8, "Hashee-Webhook/1"u8);
        json.WriteString("x-forwarded-for"u8, "192.0.2.1"u8);
        json.WriteString("x-forwarded-port"u8, "443"u8);
        json.WriteString("x-forwarded-proto"u8, "https"u8);
        json.WriteEndObject();
        json.WriteStartObject("requestContext"u8);
        json.WriteString("accountId"u8, "anonymous"u8);
        json.WriteString("apiId"u8, "abc123"u8);
        json.WriteString("domainName"u8, "abc123.lambda-url.us-east-1.on.aws"u8);
        json.WriteString("domainPrefix"u8, "abc123"u8);
        json.WriteStartObject("http"u8);
        json.WriteString("method"u8, "POST"u8);
        json.WriteString("path"u8, "/"u8);
        json.WriteString("protocol"u8, "HTTP/1.1"u8);
        json.WriteString("sourceIp"u8, "192.0.2.1"u8);
        json.WriteString("userAgent"u8, "Hashee-Webhook/1"u8);
        json.WriteEndObject();
        json.WriteString("requestId"u8, RequestId);
        json.WriteString("routeKey"u8, "$default"u8);
        json.WriteString("stage"u8, "$default"u8);
        json.WriteString("time"u8, "20/Nov/2026:10:00:00 +0000"u8);
        json.WriteNumber("timeEpoch"u8, timestamp * 1000);
        json.WriteEndObject();
        json.WriteString("body"u8, body);
        json.WriteBoolean("isBase64Encoded"u8, false);
    });

    /// <summary>The queue message's body of a <c>message.new</c> event, as the webhook writes it.</summary>
    public static byte[] Delivery(byte[] messageEvent)
    {
        ArrayBufferWriter<byte> body = new();
        QueuedDelivery.Write(DeliveryIdUtf8, CreatedUnixMilliseconds, messageEvent, body);
        return body.WrittenSpan.ToArray();
    }

    /// <summary>The batch that an event source mapping delivers, each message in a group of its own.</summary>
    public byte[] SqsEvent(int messages, int characters) => Json(json =>
    {
        byte[] body = Delivery(MessageEvent(characters));
        json.WriteStartArray("Records"u8);
        for (int i = 0; i < messages; i++)
        {
            json.WriteStartObject();
            json.WriteString("messageId"u8, $"01906abc-0000-7000-8000-{i:x12}");
            json.WriteString("receiptHandle"u8, Convert.ToBase64String(Fill(240, i)));
            json.WriteString("body"u8, body);
            json.WriteStartObject("attributes"u8);
            json.WriteString("ApproximateReceiveCount"u8, "1"u8);
            json.WriteString("SentTimestamp"u8, "1763600000123"u8);
            json.WriteString("SequenceNumber"u8, "18849496460467696128"u8);
            json.WriteString("MessageGroupId"u8, $"{ConversationId}-{i}");
            json.WriteString("SenderId"u8, "AROAEXAMPLE:webhook"u8);
            json.WriteString("MessageDeduplicationId"u8, $"{DeliveryId}-{i}");
            json.WriteString("ApproximateFirstReceiveTimestamp"u8, "1763600000130"u8);
            json.WriteEndObject();
            json.WriteStartObject("messageAttributes"u8);
            json.WriteEndObject();
            json.WriteString("md5OfBody"u8, "00000000000000000000000000000000"u8);
            json.WriteString("eventSource"u8, "aws:sqs"u8);
            json.WriteString("eventSourceARN"u8, "arn:aws:sqs:us-east-1:123456789012:jobs.fifo"u8);
            json.WriteString("awsRegion"u8, "us-east-1"u8);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    /// <summary>What the platform answers when it is asked for the sender's devices.</summary>
    public byte[] Devices() => Json(json =>
    {
        json.WriteStartArray("data"u8);
        json.WriteStartObject();
        json.WriteString("device_id"u8, "01HZDEVICE0000000000000000"u8);
        json.WriteString("public_key"u8, OtherPublicKey().ToBase64());
        json.WriteString("signing_public_key"u8, SenderSigningKey.PublicKey.ToBase64());
        json.WriteEndObject();
        json.WriteEndArray();
    });

    public void Dispose()
    {
        AgentKey.Dispose();
        AgentSigningKey.Dispose();
        SenderSigningKey.Dispose();
    }

    private static byte[] Json(Action<Utf8JsonWriter> writeMembers)
    {
        ArrayBufferWriter<byte> output = new();
        using Utf8JsonWriter json = new(output, FewestEscapes);
        json.WriteStartObject();
        writeMembers(json);
        json.WriteEndObject();
        json.Flush();
        return output.WrittenSpan.ToArray();
    }
}
