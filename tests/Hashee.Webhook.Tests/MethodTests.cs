using Hashee.Webhook.Tests.World;

namespace Hashee.Webhook.Tests;

[Collection<OneWebhook>]
public sealed class MethodTests(RunningWebhook webhook)
{
    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("post")]
    public async Task A_method_other_than_POST_is_answered_405_with_Allow(string method)
    {
        WebhookCall call = WebhookCall.Sign(HasheeEvents.Message()) with { Method = method };

        WebhookReply reply = await webhook.CallAsync(call);

        Assert.Equal((405, "POST"), (reply.Status, reply.Headers["allow"]));
        Assert.Equal("method_not_allowed", reply.ReadError().Code);
        Assert.Empty(webhook.TakeMessages());
    }

    [Fact]
    public async Task A_refusal_for_another_reason_has_no_Allow()
    {
        WebhookReply reply = await webhook.CallAsync(new WebhookCall());

        Assert.Equal(400, reply.Status);
        Assert.DoesNotContain("allow", reply.Headers.Keys);
    }

    [Fact]
    public async Task GET_health_is_answered_200_without_any_header()
    {
        WebhookReply reply = await webhook.CallAsync(new WebhookCall { Method = "GET", Path = "/health" });

        Assert.Equal((200, "ok"), (reply.Status, reply.Body));
        Assert.Empty(webhook.TakeMessages());
    }

    [Theory]
    [InlineData("GET", "/healthz")]
    [InlineData("GET", "/health/")]
    [InlineData("GET", "/Health")]
    [InlineData("HEAD", "/health")]
    public async Task Nothing_but_GET_health_is_a_health_check(string method, string path) =>
        Assert.Equal(405, (await webhook.CallAsync(new WebhookCall { Method = method, Path = path })).Status);

    [Theory]
    [InlineData("/")]
    [InlineData("/hook/a%2Fb")]
    [InlineData("/health")]
    public async Task POST_is_a_webhook_call_on_every_path(string path) =>
        await webhook.AcceptAsync(WebhookCall.Sign(HasheeEvents.Message()) with { Path = path });
}
