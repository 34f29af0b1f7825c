using System.Globalization;
using Hashee.Webhook.Tests.World;

namespace Hashee.Webhook.Tests;

[Collection<OneWebhook>]
public sealed class SignatureTests(RunningWebhook webhook)
{
    [Fact]
    public async Task A_signature_with_another_secret_is_invalid() =>
        await RefuseAsync(WebhookCall.Sign(HasheeEvents.Message(), secret: RunningWebhook.Secret + "x"));

    [Fact]
    public async Task A_signature_does_not_hold_for_another_body()
    {
        WebhookCall call = WebhookCall.Sign(HasheeEvents.Message());

        await RefuseAsync(call with { Body = [.. call.Body, (byte)'\n'] });
    }

    [Fact]
    public async Task A_signature_does_not_hold_without_its_body() =>
        await RefuseAsync(WebhookCall.Sign(HasheeEvents.Message()) with { Body = [] });

    [Fact]
    public async Task A_signature_does_not_hold_for_another_time()
    {
        WebhookCall call = WebhookCall.Sign(HasheeEvents.Message());

        await RefuseAsync(call.With(WebhookCall.Timestamp, (WebhookCall.Now - 100).ToString(CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task A_signature_does_not_hold_for_the_same_time_in_other_digits()
    {
        WebhookCall call = WebhookCall.Sign(HasheeEvents.Message());

        await RefuseAsync(call.With(WebhookCall.Timestamp, "0" + call.Header(WebhookCall.Timestamp)));
    }

    [Fact]
    public async Task A_signature_does_not_hold_for_another_delivery() =>
        await RefuseAsync(WebhookCall.Sign(HasheeEvents.Message()).With(WebhookCall.DeliveryId, "another"));

    [Fact]
    public async Task A_body_that_arrives_in_base64_is_verified_as_the_bytes_that_were_signed()
    {
        byte[] body = HasheeEvents.Message();

        Emulator.Sqs.ReceivedMessage message = await webhook.AcceptAsync(WebhookCall.Sign(body) with { IsBase64Encoded = true });

        Assert.Contains(System.Text.Encoding.UTF8.GetString(body), message.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("whsec-the-new-one-0123456789")]
    [InlineData("whsec-the-old-one-9876543210")]
    [InlineData("whsec-an-even-older-one-4711")]
    public async Task While_secrets_are_rotated_each_of_them_is_good(string secret)
    {
        await using RunningWebhook rotating = await RunningWebhook.StartAsync(
            ("HASHEE_WEBHOOK_SECRET", "whsec-the-new-one-0123456789, whsec-the-old-one-9876543210\n,whsec-an-even-older-one-4711,"));

        await rotating.AcceptAsync(WebhookCall.Sign(HasheeEvents.Message(), secret: secret));
        await rotating.RefuseAsync(401, "invalid_signature", WebhookCall.Sign(HasheeEvents.Message()));
    }

    [Fact]
    public async Task A_secret_in_base64_stands_for_its_decoded_bytes()
    {
        byte[] key = [.. Enumerable.Range(200, 32).Select(static value => (byte)value)];
        string secret = Convert.ToBase64String(key);
        await using RunningWebhook binary = await RunningWebhook.StartAsync(
            ("HASHEE_WEBHOOK_SECRET", secret), ("HASHEE_WEBHOOK_SECRET_ENCODING", "base64"));
        byte[] body = HasheeEvents.Message();
        string now = WebhookCall.Now.ToString(CultureInfo.InvariantCulture);

        await binary.AcceptAsync(WebhookCall.SignText(body, now, "d", RunningWebhook.AgentId, key));
        await binary.RefuseAsync(401, "invalid_signature", WebhookCall.Sign(body, secret: secret));
    }

    private Task<string> RefuseAsync(WebhookCall call) => webhook.RefuseAsync(401, "invalid_signature", call);
}
