using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hashee.Emulator.Sqs;
using Hashee.Webhook.Tests.World;

namespace Hashee.Webhook.Tests;

[Collection<OneWebhook>]
public sealed class QueuedMessageTests(RunningWebhook webhook)
{
    private const string PatternOfTime = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static TheoryData<string> RefusedBySqs { get; } = [new string('x', 129), "white space", "密钥", new string('é', 65)];

    [Theory]
    [InlineData("""{"type":"other"}""")]
    [InlineData("\n{ \"type\" : \"other\" ,\t\"x\":1.50e+3,\"x\":\"\\u00e9\\/é🔑\" }\r\n")]
    public async Task The_message_is_the_delivery_the_time_and_the_event_byte_by_byte(string body)
    {
        WebhookCall call = WebhookCall.Sign(HasheeEvents.Utf8(body), deliveryId: Guid.NewGuid().ToString());

        ReceivedMessage message = await webhook.AcceptAsync(call);

        string start = $$"""{"delivery_id":"{{call.Header(WebhookCall.DeliveryId)}}","received_at":" """.TrimEnd();
        string end = $"\",\"event\":{body}}}";
        Assert.StartsWith(start, message.Body, StringComparison.Ordinal);
        Assert.EndsWith(end, message.Body, StringComparison.Ordinal);
        Assert.Equal(start.Length + "2026-11-20T10:24:11.123Z".Length + end.Length, message.Body.Length);
    }

    [Fact]
    public async Task The_time_of_receipt_is_in_UTC_with_milliseconds()
    {
        DateTimeOffset before = DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        ReceivedMessage message = await webhook.AcceptAsync(WebhookCall.Sign(HasheeEvents.Message()));
        DateTimeOffset after = DateTimeOffset.UtcNow;

        using JsonDocument document = JsonDocument.Parse(message.Body);
        string text = document.RootElement.GetProperty("received_at").GetString()!;
        DateTimeOffset receivedAt = DateTimeOffset.ParseExact(
            text, PatternOfTime, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        Assert.InRange(receivedAt, before, after);
    }

    [Theory]
    [InlineData("quote\"backslash\\")]
    [InlineData("密钥-🔑")]
    public async Task A_delivery_id_that_JSON_must_escape_reads_as_it_was(string deliveryId)
    {
        ReceivedMessage message = await webhook.AcceptAsync(WebhookCall.Sign(HasheeEvents.Message(), deliveryId: deliveryId));

        using JsonDocument document = JsonDocument.Parse(message.Body);
        Assert.Equal(deliveryId, document.RootElement.GetProperty("delivery_id").GetString());
    }

    [Fact]
    public async Task The_group_is_the_conversation_and_the_deduplication_id_is_the_delivery()
    {
        WebhookCall call = WebhookCall.Sign(HasheeEvents.Message("conversation-1"), deliveryId: "delivery-1");

        ReceivedMessage message = await webhook.AcceptAsync(call);

        Assert.Equal(("conversation-1", "delivery-1"), (message.GroupId, message.DeduplicationId));
    }

    [Fact]
    public async Task Ids_that_SQS_takes_stay_as_they_are_to_the_longest()
    {
        string id = """!#$%&'()*+-./:;<=>?@[]^_`{|}~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz""".PadRight(128, 'x');

        ReceivedMessage message = await webhook.AcceptAsync(WebhookCall.Sign(HasheeEvents.Message(id), deliveryId: id));

        Assert.Equal((id, id), (message.GroupId, message.DeduplicationId));
    }

    [Theory]
    [MemberData(nameof(RefusedBySqs))]
    public async Task A_delivery_id_that_SQS_would_refuse_is_deduplicated_by_its_SHA256(string id) =>
        Assert.Equal(Sha256(id), (await webhook.AcceptAsync(WebhookCall.Sign(HasheeEvents.Message(), deliveryId: id))).DeduplicationId);

    [Theory]
    [MemberData(nameof(RefusedBySqs))]
    public async Task A_conversation_that_SQS_would_refuse_is_grouped_by_its_SHA256(string id) =>
        Assert.Equal(Sha256(id), (await webhook.AcceptAsync(WebhookCall.Sign(HasheeEvents.Message(id)))).GroupId);

    [Fact]
    public async Task A_group_is_the_same_however_the_event_spells_its_conversation()
    {
        ReceivedMessage plain = await webhook.AcceptAsync(WebhookCall.Sign(HasheeEvents.Message("é")));
        ReceivedMessage escaped = await webhook.AcceptAsync(WebhookCall.Sign(HasheeEvents.Message("\\u00e9")));

        Assert.Equal(plain.GroupId, escaped.GroupId);
    }

    [Fact]
    public async Task A_delivery_that_comes_again_is_answered_200_and_queued_once()
    {
        WebhookCall call = WebhookCall.Sign(HasheeEvents.Message());
        await webhook.AcceptAsync(call);

        WebhookReply again = await webhook.CallAsync(WebhookCall.Sign(call.Body, WebhookCall.Now - 1, call.Header(WebhookCall.DeliveryId)));

        Assert.Equal((200, "ok"), (again.Status, again.Body));
        Assert.Empty(webhook.TakeMessages());
    }

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
