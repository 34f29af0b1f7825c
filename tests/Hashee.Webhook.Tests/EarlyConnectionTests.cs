using System.Net;
using System.Net.Sockets;
using Hashee.Webhook.Tests.World;

namespace Hashee.Webhook.Tests;

[Trait("Binaries", "any")]
public sealed class EarlyConnectionTests
{
    [Fact]
    public async Task SQS_is_connected_before_the_first_event() => Assert.True(await IsConnectedAfterHealthCheckAsync());

    [Fact]
    public async Task SQS_is_not_connected_before_it_is_needed_when_that_is_switched_off() =>
        Assert.False(await IsConnectedAfterHealthCheckAsync(("HASHEE_EARLY_CONNECTION", "off")));

    [Fact]
    public async Task Without_an_early_connection_the_first_event_makes_one()
    {
        await using RunningWebhook webhook = await RunningWebhook.StartAsync(("HASHEE_EARLY_CONNECTION", "off"));

        await webhook.AcceptAsync(WebhookCall.Sign(HasheeEvents.Message()));
    }

    /// <summary>A health check sends nothing to SQS, so a connection that is there after it was made in INIT.</summary>
    private static async Task<bool> IsConnectedAfterHealthCheckAsync(params (string Name, string Value)[] settings)
    {
        using TcpListener sqs = new(IPAddress.Loopback, 0);
        sqs.Start();
        (string Name, string Value) endpoint = ("AWS_ENDPOINT_URL_SQS", $"http://{sqs.LocalEndpoint}");
        await using RunningWebhook webhook = await RunningWebhook.StartAsync([endpoint, .. settings]);
        await webhook.CallAsync(new WebhookCall { Method = "GET", Path = "/health" });
        return sqs.Pending();
    }
}
