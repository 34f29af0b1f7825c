using Hashee.Webhook.Tests.World;

namespace Hashee.Webhook.Tests;

/// <summary>Each call here has two faults; the answer is that of the check which comes first.</summary>
[Collection<OneWebhook>]
public sealed class OrderOfChecksTests(RunningWebhook webhook)
{
    private const string WrongSecret = "whsec-nobody-knows-this-one-000000";

    private static readonly byte[] Garbage = [.. "{not JSON"u8];
    private static readonly byte[] Large = HasheeEvents.MessageOf(1_100_000);

    [Fact]
    public async Task The_method_comes_before_the_headers() =>
        await webhook.RefuseAsync(405, "method_not_allowed", new WebhookCall { Method = "PUT" });

    [Fact]
    public async Task The_headers_come_before_the_size() =>
        await webhook.RefuseAsync(400, "bad_request", WebhookCall.Sign(Large).Without(WebhookCall.AgentId));

    [Fact]
    public async Task Missing_headers_come_in_the_order_signature_time_delivery_agent()
    {
        WebhookCall call = WebhookCall.Sign(Garbage);
        List<string> messages = [];
        for (int present = 1; present < call.Headers.Count; present++)
        {
            messages.Add(await webhook.RefuseAsync(400, "bad_request", call with { Headers = [.. call.Headers.Take(present)] }));
        }

        string[] names = [WebhookCall.Signature, WebhookCall.Timestamp, WebhookCall.DeliveryId, WebhookCall.AgentId];
        Assert.Equal(names.Select(static name => $"{name} is missing"), messages);
    }

    [Fact]
    public async Task The_size_comes_before_the_freshness() =>
        await webhook.RefuseAsync(413, "too_large", WebhookCall.Sign(Large, timestamp: 1));

    [Fact]
    public async Task The_freshness_comes_before_the_signature() =>
        await webhook.RefuseAsync(401, "stale_timestamp", WebhookCall.Sign(Garbage, timestamp: 1, secret: WrongSecret));

    [Fact]
    public async Task The_signature_comes_before_the_agent() =>
        await webhook.RefuseAsync(401, "invalid_signature", WebhookCall.Sign(Garbage, agentId: "another", secret: WrongSecret));

    [Fact]
    public async Task The_signature_comes_before_the_JSON() =>
        await webhook.RefuseAsync(401, "invalid_signature", WebhookCall.Sign(Garbage, secret: WrongSecret));

    [Fact]
    public async Task The_agent_comes_before_the_JSON() =>
        await webhook.RefuseAsync(403, "wrong_agent", WebhookCall.Sign(Garbage, agentId: "another"));
}
