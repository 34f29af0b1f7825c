using System.Buffers;
using System.Text;
using Hashee.Aws;
using Hashee.Host;
using Hashee.Lambda;
using Hashee.Protocol;
using Hashee.Webhook.Tests.World;

namespace Hashee.Webhook.Tests;

/// <summary>What a warm call allocates on the managed heap, counted in this process, where the handler is the same code.</summary>
[Collection(nameof(InThisProcess))]
public sealed class AllocationTests
{
    private const int Small = 1_000;
    private const int Large = 1_000_000;

    /// <summary>.NET's JSON reader says in its exception where it stopped, in decimal.</summary>
    private const int DigitsOfAPosition = 16;

    private const string WrongSecret = "whsec-nobody-knows-this-one-000000";

    private delegate WebhookCall Refusal(byte[] body);

    public static TheoryData<string> Refusals { get; } = [.. Calls.Keys];

    private static Dictionary<string, Refusal> Calls => new()
    {
        ["method_not_allowed"] = static body => WebhookCall.Sign(body) with { Method = "PUT" },
        ["bad_request: a header is missing"] = static body => WebhookCall.Sign(body).Without(WebhookCall.AgentId),
        ["bad_request: a header is malformed"] = static body => WebhookCall.Sign(body).With(WebhookCall.Timestamp, "now"),
        ["stale_timestamp"] = static body => WebhookCall.Sign(body, timestamp: 1),
        ["invalid_signature"] = static body => WebhookCall.Sign(body, secret: WrongSecret),
        ["invalid_signature in base64"] = static body => WebhookCall.Sign(body, secret: WrongSecret) with { IsBase64Encoded = true },
        ["wrong_agent"] = static body => WebhookCall.Sign(body, agentId: "another"),
        ["bad_request: not JSON"] = static body => WebhookCall.Sign([.. body, (byte)'}']),
        ["bad_request: not UTF-8"] = static body => WebhookCall.Sign([.. body, 0xFF]) with { IsBase64Encoded = true },
        ["bad_request: no type"] = static body => WebhookCall.Sign(Rename(body, "type", "kind")),
        ["bad_request: no sender"] = static body => WebhookCall.Sign(Rename(body, "sender_id", "sent_by")),
        ["queue_unavailable"] = static body => WebhookCall.Sign(body),
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_refused_call_allocates_no_more_for_a_large_body_than_for_a_small_one(string refusal)
    {
        using WebhookVerifier verifier = Verifier();
        InvocationHandler handler = new WebhookHandler(Encoding.UTF8.GetBytes(RunningWebhook.AgentId), verifier, Refuse, Clock).Handle;

        (long small, string smallCode) = Measure(handler, Calls[refusal](HasheeEvents.MessageOf(Small)));
        (long large, string largeCode) = Measure(handler, Calls[refusal](HasheeEvents.MessageOf(Large)));

        Assert.StartsWith(smallCode, refusal, StringComparison.Ordinal);
        Assert.Equal(smallCode, largeCode);
        Assert.InRange(large, 0, small + DigitsOfAPosition);
        Assert.InRange(large, 0, 2048);
    }

    [Theory]
    [InlineData(Small)]
    [InlineData(Large)]
    public async Task An_accepted_call_that_is_sent_to_SQS_allocates_less_than_4_KB(int length)
    {
        await using ScriptedSqs sqs = await ScriptedSqs.StartAsync(ScriptedSqs.Accept);
        using SqsClient queue = Client(sqs);
        using WebhookVerifier verifier = Verifier();
        InvocationHandler handler = new WebhookHandler(Encoding.UTF8.GetBytes(RunningWebhook.AgentId), verifier, queue.SendMessage, Clock).Handle;

        (long allocated, string code) = Measure(handler, WebhookCall.Sign(HasheeEvents.MessageOf(length)));

        Assert.Equal("ok", code);
        Assert.InRange(allocated, 0, 4096);
    }

    private static byte[] Rename(byte[] body, string field, string other) =>
        HasheeEvents.Utf8(Encoding.UTF8.GetString(body).Replace($"\"{field}\"", $"\"{other}\"", StringComparison.Ordinal));

    private static SqsOutcome Refuse(
        ReadOnlySpan<byte> body, ReadOnlySpan<byte> groupId, ReadOnlySpan<byte> deduplicationId, Deadline deadline) =>
        new(SqsOutcomeKind.Unavailable, "SQS is away", 0);

    private static long Clock() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    private static WebhookVerifier Verifier()
    {
        byte[] secret = Encoding.UTF8.GetBytes(RunningWebhook.Secret);
        Assert.True(WebhookVerifier.TryCreate(secret, WebhookSecretEncoding.Utf8, out WebhookVerifier? verifier, out string? _));
        return verifier;
    }

    private static SqsClient Client(ScriptedSqs sqs)
    {
        Assert.True(HttpUrl.TryParse(sqs.Endpoint + "/123456789012/jobs.fifo", out HttpUrl url));
        AwsSettings settings = new() { Region = "eu-central-1", AccessKeyId = "ASIAEXAMPLE", SecretAccessKey = [.. "example"u8] };
        return new SqsClient(settings, url);
    }

    /// <summary>The least of several calls, since the runtime's own work may fall into any of them.</summary>
    /// <returns>Bytes, and the answer's error code or body.</returns>
    private static (long Allocated, string Code) Measure(InvocationHandler handler, WebhookCall call)
    {
        byte[] payload = call.ToEvent();
        ArrayBufferWriter<byte> response = new(4096);
        InvocationContext context = new();
        long deadline = DateTimeOffset.UtcNow.AddMinutes(1).ToUnixTimeMilliseconds();
        context.Begin("8476a536-e9f4-11e8-9739-2dfe598c3fcd"u8, deadline, default, isColdStart: false);
        long least = long.MaxValue;
        for (int i = 0; i < 10; i++)
        {
            response.ResetWrittenCount();
            long before = GC.GetAllocatedBytesForCurrentThread();
            handler(payload, context, response);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        WebhookReply reply = WebhookReply.Read(response.WrittenMemory);
        return (least, reply.Status == 200 ? reply.Body : reply.ReadError().Code);
    }
}
