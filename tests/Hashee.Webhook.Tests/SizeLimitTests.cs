using System.Text;
using Hashee.Emulator.Sqs;
using Hashee.Webhook.Tests.World;

namespace Hashee.Webhook.Tests;

[Collection<OneWebhook>]
public sealed class SizeLimitTests(RunningWebhook webhook)
{
    private const int Limit = 1_048_576;

    [Fact]
    public async Task An_event_that_fills_a_queue_message_to_the_last_byte_is_accepted()
    {
        byte[] body = HasheeEvents.MessageOf(Limit - Envelope("d-1"));

        ReceivedMessage message = await webhook.AcceptAsync(WebhookCall.Sign(body, deliveryId: "d-1"));

        Assert.Equal(Limit, Encoding.UTF8.GetByteCount(message.Body));
    }

    [Fact]
    public async Task One_byte_more_than_fits_a_queue_message_is_too_large()
    {
        byte[] body = HasheeEvents.MessageOf(Limit - Envelope("d-2") + 1);

        await webhook.RefuseAsync(413, "too_large", WebhookCall.Sign(body, deliveryId: "d-2"));
    }

    [Fact]
    public async Task What_the_queue_message_must_escape_counts_with_its_escapes()
    {
        const string deliveryId = "d-\"3\\";
        int room = Limit - Envelope("d-'3'") - "\\\\".Length;

        await webhook.AcceptAsync(WebhookCall.Sign(HasheeEvents.MessageOf(room), deliveryId: deliveryId));
        await webhook.RefuseAsync(413, "too_large", WebhookCall.Sign(HasheeEvents.MessageOf(room + 1), deliveryId: deliveryId));
    }

    [Theory]
    [InlineData(Limit)]
    [InlineData(Limit + 1)]
    [InlineData(3 * Limit)]
    public async Task A_body_that_alone_fills_a_message_or_more_is_too_large(int length) =>
        await webhook.RefuseAsync(413, "too_large", WebhookCall.Sign(HasheeEvents.MessageOf(length)));

    [Fact]
    public async Task A_body_in_base64_counts_with_its_own_bytes()
    {
        byte[] fits = HasheeEvents.MessageOf(Limit - Envelope("d-4"));

        await webhook.AcceptAsync(WebhookCall.Sign(fits, deliveryId: "d-4") with { IsBase64Encoded = true });
        WebhookCall larger = WebhookCall.Sign([.. fits, (byte)' '], deliveryId: "d-4");
        await webhook.RefuseAsync(413, "too_large", larger with { IsBase64Encoded = true });
    }

    /// <summary>The bytes of a queue message around its event.</summary>
    private static int Envelope(string deliveryId) =>
        $$"""{"delivery_id":"{{deliveryId}}","received_at":"2026-11-20T10:24:11.123Z","event":}""".Length;
}
