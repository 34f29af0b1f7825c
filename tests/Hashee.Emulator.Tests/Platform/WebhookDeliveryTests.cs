using System.Text;
using System.Text.Json;
using Hashee.Emulator.Platform;
using Hashee.Protocol;

namespace Hashee.Emulator.Tests.Platform;

public sealed class WebhookDeliveryTests
{
    private static readonly RetrySchedule Quick = new() { FirstDelay = TimeSpan.FromMilliseconds(1), Attempts = 4 };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_is_a_signed_POST_that_the_verifier_accepts()
    {
        ManualTime time = new();
        await using Webhook webhook = await Webhook.StartAsync();
        await using Api api = await StartAsync(webhook, new PlatformOptions { Time = time });

        Delivery delivery = await api.Platform.SendAsync(api.Conversation, "hello", Cancellation);

        WebhookCall call = Assert.Single(webhook.Calls);
        Assert.Equal(("POST", "/hook", "application/json"), (call.Method, call.Path, call.Headers["Content-Type"]));
        Assert.Equal(api.Agent.Id, call.Headers["X-Hashee-Agent-Id"]);
        Assert.Equal(delivery.Id, call.Headers["X-Hashee-Delivery-Id"]);
        Assert.Equal(time.GetUtcNow().ToUnixTimeSeconds().ToString(), call.Headers["X-Hashee-Timestamp"]);
        Assert.Equal(WebhookOutcome.Accepted, Verify(call, api.Agent.WebhookSecret, time));
        Assert.True(delivery.IsAccepted);
    }

    [Fact]
    public async Task A_rotated_secret_signs_the_calls_from_then_on()
    {
        await using Webhook webhook = await Webhook.StartAsync();
        await using Api api = await StartAsync(webhook);
        string old = api.Agent.WebhookSecret;
        api.Agent.WebhookSecret = "a-new-secret-of-enough-bytes";

        await api.Platform.SendAsync(api.Conversation, "hello", Cancellation);

        WebhookCall call = Assert.Single(webhook.Calls);
        Assert.Equal(WebhookOutcome.InvalidSignature, Verify(call, old, TimeProvider.System));
        Assert.Equal(WebhookOutcome.Accepted, Verify(call, api.Agent.WebhookSecret, TimeProvider.System));
    }

    [Fact]
    public async Task The_same_message_can_come_under_another_delivery_id()
    {
        await using Webhook webhook = await Webhook.StartAsync();
        await using Api api = await StartAsync(webhook);

        Delivery first = await api.Platform.SendAsync(api.Conversation, "hello", Cancellation);
        Delivery again = api.Platform.PrepareAgain(first);
        await api.Platform.DeliverAsync(again, Cancellation);

        Assert.NotEqual(first.Id, again.Id);
        Assert.Equal(first.Body, again.Body);
        Assert.Equal([first.Id, again.Id], webhook.Calls.Select(static call => call.Headers["X-Hashee-Delivery-Id"]));
        Assert.Equal((first.MessageId, first.MessageId), (again.MessageId, await MessageIdInAsync(api, again)));
    }

    [Fact]
    public async Task An_agent_id_may_hold_any_character()
    {
        await using Webhook webhook = await Webhook.StartAsync();
        await using Api api = await StartAsync(webhook);
        Agent agent = api.Platform.AddAgent("агент 🤖");
        agent.WebhookUrl = webhook.Url;

        await api.Platform.DeliverAsync(api.Platform.PrepareEvent(agent, "x"), Cancellation);

        Assert.Equal(agent.Id, Assert.Single(webhook.Calls).Headers["X-Hashee-Agent-Id"]);
    }

    [Fact]
    public async Task A_message_event_has_the_documented_shape()
    {
        await using Webhook webhook = await Webhook.StartAsync();
        await using Api api = await StartAsync(webhook, new PlatformOptions { Time = new ManualTime() });

        await api.Platform.SendAsync(api.Conversation, "hello", Cancellation);

        using JsonDocument body = JsonDocument.Parse(Assert.Single(webhook.Calls).Body);
        Assert.Equal(["type", "version", "wire_envelope", "metadata"], body.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.Equal("message.new", body.RootElement.GetProperty("type").GetString());
        Assert.Equal("v1", body.RootElement.GetProperty("version").GetString());
        JsonElement metadata = body.RootElement.GetProperty("metadata");
        Assert.Equal(api.Conversation.Id, metadata.GetProperty("conversation_id").GetString());
        Assert.Equal(api.User.Id, metadata.GetProperty("sender_id").GetString());
        Assert.Equal("2026-05-15T10:24:11.123Z", metadata.GetProperty("created_at").GetString());
    }

    [Fact]
    public async Task The_envelope_opens_with_the_agents_key_and_with_every_device_of_the_user()
    {
        await using Webhook webhook = await Webhook.StartAsync();
        await using Api api = await StartAsync(webhook);
        Device sender = api.User.AddDevice();

        await api.Platform.SendAsync(api.Conversation, "hello", Cancellation);

        using JsonDocument body = JsonDocument.Parse(Assert.Single(webhook.Calls).Body);
        byte[] envelope = Encoding.ASCII.GetBytes(body.RootElement.GetProperty("wire_envelope").GetString()!);
        IEnumerable<(string Id, X25519PrivateKey Key)> readers =
            [(api.Agent.Id, api.Agent.DecryptionKey), .. api.User.Devices.Select(device => (api.User.Id, device.DecryptionKey))];
        foreach ((string id, X25519PrivateKey key) in readers)
        {
            EnvelopeResult result = await new EnvelopeReader(id, key).OpenAsync(
                envelope, api.Conversation.Id, api.User.Id, new FixedSenderKeys(sender.SigningKey.PublicKey), Cancellation);
            Assert.Equal(EnvelopeOutcome.Opened, result.Outcome);
            Assert.Equal("""{"type":"text","text":"hello"}""", Encoding.UTF8.GetString(result.Envelope!.PayloadJson.Span));
        }
    }

    [Fact]
    public async Task A_call_is_repeated_with_the_same_id_and_body_until_it_is_answered_2xx()
    {
        await using Webhook webhook = await Webhook.StartAsync(503, 401, 302);
        await using Api api = await StartAsync(webhook, new PlatformOptions { Retry = Quick });

        Delivery delivery = await api.Platform.SendAsync(api.Conversation, "hello", Cancellation);

        Assert.Equal([503, 401, 302, 200], delivery.Attempts.Select(attempt => attempt.Status));
        Assert.Equal(["answer 503", "answer 401", "answer 302", "answer 200"], delivery.Attempts.Select(attempt => attempt.Answer));
        Assert.Equal(4, webhook.Calls.Count);
        Assert.All(webhook.Calls, call => Assert.Equal(delivery.Id, call.Headers["X-Hashee-Delivery-Id"]));
        Assert.All(webhook.Calls, call => Assert.Equal(delivery.Body.ToArray(), call.Body));
        Assert.All(webhook.Calls, call => Assert.Equal(WebhookOutcome.Accepted, Verify(call, api.Agent.WebhookSecret, TimeProvider.System)));
    }

    [Fact]
    public async Task A_delivery_is_given_up_when_the_schedule_ends()
    {
        await using Webhook webhook = await Webhook.StartAsync(500, 500, 500, 500, 200);
        await using Api api = await StartAsync(webhook, new PlatformOptions { Retry = Quick });

        Delivery delivery = await api.Platform.SendAsync(api.Conversation, "hello", Cancellation);

        Assert.False(delivery.IsAccepted);
        Assert.Equal(4, webhook.Calls.Count);
    }

    [Fact]
    public async Task A_webhook_that_does_not_answer_in_time_is_called_again()
    {
        await using Webhook webhook = await Webhook.StartAsync(Webhook.Silence, 200);
        await using Api api = await StartAsync(webhook, new PlatformOptions { Retry = Quick, WebhookTimeout = TimeSpan.FromMilliseconds(100) });

        Delivery delivery = await api.Platform.SendAsync(api.Conversation, "hello", Cancellation);

        Assert.Null(delivery.Attempts[0].Status);
        Assert.Equal("no answer within 0.1 s", delivery.Attempts[0].Answer);
        Assert.True(delivery.IsAccepted);
    }

    [Fact]
    public async Task A_webhook_that_nobody_listens_at_is_an_attempt_without_a_status()
    {
        Webhook webhook = await Webhook.StartAsync();
        await webhook.DisposeAsync();
        await using Api api = await StartAsync(webhook);

        DeliveryAttempt attempt = await api.Platform.AttemptAsync(api.Platform.PrepareEvent(api.Agent, "message.new"), Cancellation);

        Assert.Null(attempt.Status);
        Assert.False(attempt.IsAccepted);
    }

    [Fact]
    public async Task A_delivery_can_be_repeated_although_it_was_accepted()
    {
        await using Webhook webhook = await Webhook.StartAsync();
        await using Api api = await StartAsync(webhook);
        Delivery delivery = await api.Platform.SendAsync(api.Conversation, "hello", Cancellation);

        await api.Platform.DeliverAsync(delivery, Cancellation);

        Assert.Equal([delivery.Id, delivery.Id], webhook.Calls.Select(call => call.Headers["X-Hashee-Delivery-Id"]));
    }

    [Fact]
    public async Task Every_delivery_has_an_id_of_its_own()
    {
        await using Webhook webhook = await Webhook.StartAsync();
        await using Api api = await StartAsync(webhook);

        Delivery first = await api.Platform.SendAsync(api.Conversation, "hello", Cancellation);
        Delivery second = await api.Platform.SendAsync(api.Conversation, "hello", Cancellation);

        Assert.NotEqual(first.Id, second.Id);
    }

    [Fact]
    public async Task Another_event_says_its_type_payload_and_conversation()
    {
        await using Webhook webhook = await Webhook.StartAsync();
        await using Api api = await StartAsync(webhook, new PlatformOptions { Time = new ManualTime() });

        await api.Platform.DeliverAsync(
            api.Platform.PrepareEvent(api.Agent, EventTypes.RelationEstablished, "C", """{"user_id":"U"}"""), Cancellation);

        Assert.Equal(
            """{"type":"relation.established","version":"v1","payload":{"user_id":"U"},"metadata":{"conversation_id":"C","created_at":"2026-05-15T10:24:11.123Z"}}""",
            Encoding.UTF8.GetString(Assert.Single(webhook.Calls).Body));
    }

    [Fact]
    public async Task A_body_can_be_tampered_with_under_the_same_id()
    {
        await using Webhook webhook = await Webhook.StartAsync();
        await using Api api = await StartAsync(webhook);
        Delivery delivery = api.Platform.PrepareEvent(api.Agent, "x").WithBody("tampered"u8.ToArray());

        await api.Platform.DeliverAsync(delivery, Cancellation);

        Assert.Equal("tampered"u8, Assert.Single(webhook.Calls).Body);
    }

    [Fact]
    public async Task A_reply_is_found_by_the_client_message_id_that_belongs_to_the_delivery()
    {
        await using Webhook webhook = await Webhook.StartAsync();
        await using Api api = await StartAsync(webhook);
        Delivery delivery = await api.Platform.SendAsync(api.Conversation, "hello", Cancellation);
        Task<AgentMessage> reply = api.Platform.WaitForReplyAsync(delivery, Cancellation);

        await api.PostAsync(api.Text("not this one"));
        Assert.False(reply.IsCompleted);
        await api.PostAsync(api.Text("this one", ClientMessageId.For(delivery.MessageId!, 0)));

        Assert.Equal("this one", (await reply).Text);
    }

    private static async Task<string> MessageIdInAsync(Api api, Delivery delivery)
    {
        using JsonDocument json = JsonDocument.Parse(delivery.Body);
        byte[] envelope = Encoding.ASCII.GetBytes(json.RootElement.GetProperty("wire_envelope").GetString()!);
        FixedSenderKeys senderKeys = new(api.User.Devices[0].SigningKey.PublicKey);
        EnvelopeResult result = await new EnvelopeReader(api.Agent.Id, api.Agent.DecryptionKey).OpenAsync(
            envelope, api.Conversation.Id, api.User.Id, senderKeys, Cancellation);
        return result.Envelope!.MessageId;
    }

    private static async Task<Api> StartAsync(Webhook webhook, PlatformOptions? options = null)
    {
        Api api = await Api.StartAsync(options);
        api.Agent.WebhookUrl = webhook.Url;
        return api;
    }

    private static WebhookOutcome Verify(WebhookCall call, string secret, TimeProvider time)
    {
        Assert.True(WebhookVerifier.TryCreate(Encoding.UTF8.GetBytes(secret), WebhookSecretEncoding.Utf8, out WebhookVerifier? verifier, out _));
        using (verifier)
        {
            Assert.True(WebhookHeaders.TryParse(
                Bytes("Signature"), Bytes("Timestamp"), Bytes("Delivery-Id"), Bytes("Agent-Id"), out WebhookHeaders headers, out _));
            return verifier.Verify(headers, call.Body, time.GetUtcNow().ToUnixTimeSeconds());
        }

        byte[] Bytes(string header) => Encoding.UTF8.GetBytes(call.Headers["X-Hashee-" + header]);
    }
}
