using System.Text.Json;
using Hashee.Emulator.Lambda;
using Hashee.Emulator.Sqs;
using Hashee.Webhook.Tests.World;

namespace Hashee.Webhook.Tests;

[Trait("Binaries", "any")]
public sealed class LogTests
{
    [Fact]
    public async Task An_accepted_call_is_one_metric_line_with_the_time_that_the_queue_took()
    {
        await using RunningWebhook webhook = await RunningWebhook.StartAsync();
        await webhook.AcceptAsync(WebhookCall.Sign(HasheeEvents.Message()));
        await webhook.AcceptAsync(WebhookCall.Sign(HasheeEvents.Message()));

        JsonElement[] lines = (await ReadLinesAsync(webhook, 3))[1..];

        Assert.All(lines, static line =>
        {
            Assert.Equal(1, Number(line, "Accepted"));
            Assert.InRange(line.GetProperty("EnqueueTime").GetDouble(), 0.001, 10_000);
            Assert.Equal("webhook", line.GetProperty("FunctionName").GetString());
            JsonElement directive = Assert.Single(line.GetProperty("_aws").GetProperty("CloudWatchMetrics").EnumerateArray());
            Assert.Equal("Hashee", directive.GetProperty("Namespace").GetString());
            IEnumerable<string> metrics = directive.GetProperty("Metrics").EnumerateArray()
                .Select(static metric => $"{metric.GetProperty("Name")} {metric.GetProperty("Unit")}");
            Assert.Equal(["Accepted Count", "EnqueueTime Milliseconds"], metrics);
        });
    }

    [Fact]
    public async Task The_first_call_of_an_instance_is_counted_whatever_becomes_of_it()
    {
        await using RunningWebhook webhook = await RunningWebhook.StartAsync();
        await webhook.CallAsync(new WebhookCall { Method = "GET", Path = "/health" });
        await webhook.AcceptAsync(WebhookCall.Sign(HasheeEvents.Message()));

        JsonElement[] lines = await ReadLinesAsync(webhook, 2);

        Assert.Equal(1, Number(lines[0], "ColdStart"));
        Assert.Equal("""[["FunctionName"]]""", lines[0].GetProperty("_aws").GetProperty("CloudWatchMetrics")[0].GetProperty("Dimensions").GetRawText());
        Assert.False(lines[1].TryGetProperty("ColdStart", out _));
    }

    [Fact]
    public async Task A_refused_call_is_a_warning_with_its_reason_and_a_metric_line_by_reason()
    {
        await using RunningWebhook webhook = await RunningWebhook.StartAsync();
        WebhookCall call = WebhookCall.Sign(HasheeEvents.Message()).Without(WebhookCall.Timestamp);
        InvocationResult result = await webhook.InvokeAsync(call.ToEvent());

        JsonElement[] lines = (await ReadLinesAsync(webhook, 3))[1..];

        Assert.Equal("WARN", lines[0].GetProperty("level").GetString());
        Assert.Equal(result.RequestId, lines[0].GetProperty("requestId").GetString());
        Assert.Equal("bad_request", lines[0].GetProperty("reason").GetString());
        Assert.Equal("X-Hashee-Timestamp is missing", lines[0].GetProperty("detail").GetString());
        Assert.Equal((1, "bad_request"), (Number(lines[1], "Refused"), lines[1].GetProperty("Reason").GetString()));
        JsonElement dimensions = lines[1].GetProperty("_aws").GetProperty("CloudWatchMetrics")[0].GetProperty("Dimensions");
        Assert.Equal("""[["FunctionName"],["FunctionName","Reason"]]""", dimensions.GetRawText());
    }

    [Fact]
    public async Task A_health_check_leaves_no_line_of_its_own()
    {
        await using RunningWebhook webhook = await RunningWebhook.StartAsync();
        await webhook.AcceptAsync(WebhookCall.Sign(HasheeEvents.Message()));
        await webhook.CallAsync(new WebhookCall { Method = "GET", Path = "/health" });
        await webhook.AcceptAsync(WebhookCall.Sign(HasheeEvents.Message()));

        JsonElement[] lines = await ReadLinesAsync(webhook, 3);

        Assert.Equal([1, 1], lines[1..].Select(static line => Number(line, "Accepted")));
    }

    [Fact]
    public async Task No_line_shows_a_secret_a_signature_an_id_of_a_person_or_anything_of_a_body()
    {
        await using RunningWebhook webhook = await RunningWebhook.StartAsync();
        WebhookCall call = WebhookCall.Sign(HasheeEvents.Message(senderId: "sender-4711"));
        await webhook.AcceptAsync(call);
        await webhook.RefuseAsync(401, "invalid_signature", call.With(WebhookCall.DeliveryId, "delivery-4711"));
        await webhook.RefuseAsync(401, "stale_timestamp", WebhookCall.Sign(call.Body, timestamp: 1));
        await webhook.RefuseAsync(403, "wrong_agent", WebhookCall.Sign(call.Body, agentId: "agent-4711"));
        await webhook.RefuseAsync(400, "bad_request", WebhookCall.Sign(HasheeEvents.Utf8("""{"type":7,"x":"body-4711"}""")));
        webhook.Sqs.SetAvailability(SqsAvailability.Unavailable);
        await webhook.RefuseAsync(503, "queue_unavailable", WebhookCall.Sign(call.Body));
        await webhook.InvokeAsync(HasheeEvents.Utf8("""{"event-4711":"""));
        await webhook.Output.WaitAsync(
            static line => line.Text.Contains("The handler failed", StringComparison.Ordinal), TestContext.Current.CancellationToken);

        string output = string.Join('\n', webhook.Output.Entries.Select(static line => line.Text));
        Assert.All(
            [
                RunningWebhook.Secret,
                webhook.Sqs.Account.SecretAccessKey,
                webhook.Sqs.Account.SessionToken!,
                call.Header(WebhookCall.Signature),
                HasheeEvents.WireEnvelope,
                "4711",
            ],
            secret => Assert.DoesNotContain(secret, output, StringComparison.Ordinal));
    }

    /// <summary>Waits for so many lines, none of which may go to standard error.</summary>
    private static async Task<JsonElement[]> ReadLinesAsync(RunningWebhook webhook, int count)
    {
        IReadOnlyList<OutputLine> lines = await webhook.Output.WaitAsync(static _ => true, count, TestContext.Current.CancellationToken);
        Assert.All(lines, static line => Assert.False(line.IsError));
        return [.. lines.Select(static line => JsonElement.Parse(line.Text))];
    }

    private static int Number(JsonElement line, string name) => line.GetProperty(name).GetInt32();
}
