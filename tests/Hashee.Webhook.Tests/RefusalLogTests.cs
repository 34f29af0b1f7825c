using System.Buffers;
using System.Text;
using System.Text.Json;
using Hashee.Aws;
using Hashee.Lambda;
using Hashee.Protocol;
using Hashee.Testing;
using Hashee.Webhook.Tests.World;

namespace Hashee.Webhook.Tests;

/// <summary>What a flood of refused calls leaves in the log, with a clock that stands still until it is told otherwise.</summary>
[Collection(nameof(InThisProcess))]
public sealed class RefusalLogTests : IDisposable
{
    private static readonly WebhookCall WrongMethod = new() { Method = "PUT" };
    private static readonly WebhookCall NoHeaders = new() { Method = "POST" };

    private readonly WebhookVerifier _verifier;
    private readonly InvocationHandler _handler;
    private readonly int _start = RecordedLog.Position;
    private long _now = 1_790_000_000_000 / 60_000 * 60_000;

    public RefusalLogTests()
    {
        byte[] secret = Encoding.UTF8.GetBytes(RunningWebhook.Secret);
        Assert.True(WebhookVerifier.TryCreate(secret, WebhookSecretEncoding.Utf8, out WebhookVerifier? verifier, out string? _));
        _verifier = verifier;
        _handler = new WebhookHandler(
            Encoding.UTF8.GetBytes(RunningWebhook.AgentId),
            verifier,
            static (_, _, _, _) => new SqsOutcome(SqsOutcomeKind.Unavailable, "SQS is away", 0),
            () => _now).Handle;
    }

    [Fact]
    public void The_first_hundred_of_a_minute_have_a_line_each_and_then_each_hundred_has_one()
    {
        Call(WrongMethod, 350);

        Assert.Equal([.. Enumerable.Repeat("Call refused.", 100), "Calls refused. 100", "Calls refused. 100"], Refusals());
        Assert.Equal(300, Counted());
    }

    [Fact]
    public void What_is_held_when_the_minute_ends_is_said_at_the_next_call_whatever_that_is()
    {
        Call(WrongMethod, 350);
        _now += 60_000;
        Call(new WebhookCall { Method = "GET", Path = "/health" }, 1);

        Assert.Equal("Calls refused. 50", Refusals()[^1]);
        Assert.Equal(350, Counted());
    }

    [Fact]
    public void The_next_minute_has_a_hundred_lines_again()
    {
        Call(WrongMethod, 101);
        _now += 59_999;
        Call(WrongMethod, 1);
        _now += 1;
        Call(WrongMethod, 100);

        Assert.Equal([.. Enumerable.Repeat("Call refused.", 100), "Calls refused. 2", .. Enumerable.Repeat("Call refused.", 100)], Refusals());
    }

    [Fact]
    public void Each_reason_is_counted_by_itself()
    {
        Call(WrongMethod, 160);
        Call(NoHeaders, 40);

        JsonElement[] lines = [.. Lines("Calls refused.")];

        Assert.Equal(["method_not_allowed 60", "bad_request 40"], lines.Select(static line => $"{line.GetProperty("reason")} {line.GetProperty("calls")}"));
        Assert.Equal(160, Counted("method_not_allowed"));
        Assert.Equal(40, Counted("bad_request"));
    }

    [Fact]
    public void A_queue_that_is_away_is_said_each_time()
    {
        WebhookCall call = WebhookCall.Sign(HasheeEvents.Message(), timestamp: _now / 1000);
        Call(call, 150);

        Assert.Equal(150, Refusals().Count(static line => line == "Call refused."));
        Assert.Equal(150, Counted("queue_unavailable"));
    }

    public void Dispose() => _verifier.Dispose();

    private void Call(WebhookCall call, int times)
    {
        byte[] payload = call.ToEvent();
        InvocationContext context = new();
        context.Begin("8476a536-e9f4-11e8-9739-2dfe598c3fcd"u8, DateTimeOffset.UtcNow.AddMinutes(1).ToUnixTimeMilliseconds(), default, isColdStart: false);
        for (int i = 0; i < times; i++)
        {
            _handler(payload, context, new ArrayBufferWriter<byte>());
        }
    }

    private string[] Refusals() =>
    [
        .. RecordedLog.Since(_start)
            .Where(static line => line.TryGetProperty("message", out JsonElement message)
                && message.GetString()!.EndsWith("refused.", StringComparison.Ordinal))
            .Select(static line => $"{line.GetProperty("message")}{(line.TryGetProperty("calls", out JsonElement calls) ? $" {calls}" : "")}"),
    ];

    private IEnumerable<JsonElement> Lines(string message) => RecordedLog.Since(_start)
        .Where(line => line.TryGetProperty("message", out JsonElement text) && text.GetString() == message);

    private int Counted(string? reason = null) => RecordedLog.Since(_start)
        .Where(line => line.TryGetProperty("Refused", out _) && (reason is null || line.GetProperty("Reason").GetString() == reason))
        .Sum(static line => line.GetProperty("Refused").GetInt32());
}
