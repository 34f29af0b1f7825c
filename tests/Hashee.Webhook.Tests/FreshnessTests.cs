using Hashee.Webhook.Tests.World;

namespace Hashee.Webhook.Tests;

[Collection<OneWebhook>]
public sealed class FreshnessTests(RunningWebhook webhook)
{
    [Theory]
    [InlineData(-300)]
    [InlineData(-299)]
    [InlineData(0)]
    [InlineData(59)]
    [InlineData(60)]
    public async Task A_time_stamp_up_to_300_s_old_and_up_to_60_s_ahead_is_fresh(int seconds)
    {
        Assert.Equal(200, (await CallWithinOneSecondAsync(seconds)).Status);
        Assert.NotEmpty(webhook.TakeMessages());
    }

    [Theory]
    [InlineData(-301)]
    [InlineData(61)]
    public async Task A_time_stamp_a_second_older_or_further_ahead_is_stale(int seconds)
    {
        WebhookReply reply = await CallWithinOneSecondAsync(seconds);

        Assert.Equal((401, "stale_timestamp"), (reply.Status, reply.ReadError().Code));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(long.MaxValue)]
    public async Task A_time_stamp_from_another_age_is_stale(long timestamp) =>
        await webhook.RefuseAsync(401, "stale_timestamp", WebhookCall.Sign(HasheeEvents.Message(), timestamp));

    /// <summary>Both clocks are the machine's, so the edge is exact for a call that begins and ends in the same second.</summary>
    private async Task<WebhookReply> CallWithinOneSecondAsync(int seconds)
    {
        while (true)
        {
            long now = WebhookCall.Now;
            WebhookReply reply = await webhook.CallAsync(WebhookCall.Sign(HasheeEvents.Message(), now + seconds));
            if (WebhookCall.Now == now)
            {
                return reply;
            }
        }
    }
}
