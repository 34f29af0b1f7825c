using System.Text.Json.Serialization;
using Hashee.Agents;
using Hashee.Agents.Platform;
using Hashee.Emulator.Platform;
using Hashee.Host;
using Hashee.Protocol;
using Conversation = Hashee.Emulator.Platform.Conversation;

namespace Hashee.Worker.Tests;

/// <summary>What an agent may say and keep beside the text that it returns.</summary>
public partial class SayingTests
{
    [Fact]
    public async Task Messages_arrive_in_the_order_in_which_they_were_said()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Replies = new ScriptedAgent(async (message, cancellationToken) =>
        {
            await message.Conversation.ShowTypingAsync(cancellationToken);
            await message.Conversation.SendAsync("one", cancellationToken);
            await message.Conversation.WriteAsync("two ", cancellationToken);
            await message.Conversation.WriteAsync("and a half", cancellationToken);
            await message.Conversation.SendAsync("three", cancellationToken);
            await message.Conversation.SendAsync("", cancellationToken);
            await message.Conversation.WriteAsync("fo", cancellationToken);
            return "ur";
        });
        Delivery delivery = bench.Text("count");

        Assert.Equal(DeliveryResult.Done("replied in 4 parts"), await bench.ProcessAsync(delivery));

        Assert.Equal(["one", "two and a half", "three", "four"], bench.RepliesTo(bench.Conversation));
        Assert.Equal(
            Enumerable.Range(0, 4).Select(part => ClientMessageId.For(delivery.MessageId!, part)),
            bench.Platform.Messages.Select(static message => message.ClientMessageId));
    }

    [Fact]
    public async Task Pieces_are_collected_into_one_message()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Replies = new ScriptedAgent(async (message, cancellationToken) =>
        {
            foreach (string piece in (string[])["Hel", "", "lo"])
            {
                await message.Conversation.WriteAsync(piece, cancellationToken);
            }

            return null;
        });

        Assert.Equal(DeliveryResult.Done("replied"), await bench.ProcessAsync(bench.Text("hello")));

        Assert.Equal(["Hello"], bench.RepliesTo(bench.Conversation));
    }

    [Fact]
    public async Task An_agent_that_fails_behind_its_first_message_sends_nothing_twice()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bool fails = true;
        bench.Replies = new ScriptedAgent(async (message, cancellationToken) =>
        {
            await message.Conversation.SendAsync("one moment", cancellationToken);
            return fails ? throw new InvalidOperationException() : "done";
        });
        Delivery delivery = bench.Text("hello");

        Assert.Equal("agent_failed", (await bench.ProcessAsync(delivery)).Failure.Code);
        fails = false;
        Assert.Equal(DeliveryResult.Done("replied in 2 parts"), await bench.ProcessAsync(delivery));

        Assert.Equal(["one moment", "done"], bench.RepliesTo(bench.Conversation));
        Assert.Equal([1, 0], bench.Platform.Messages.Select(static message => message.Repetitions));
    }

    [Fact]
    public async Task A_long_message_takes_as_many_numbers_as_it_has_parts()
    {
        await using Workbench bench = await Workbench.StartAsync();
        string text = new('x', 150_000);
        bench.Replies = new ScriptedAgent(async (message, cancellationToken) =>
        {
            await message.Conversation.SendAsync(text, cancellationToken);
            return "end";
        });
        Delivery delivery = bench.Text("hello");

        await bench.ProcessAsync(delivery);

        Assert.Equal(text + "end", string.Concat(bench.RepliesTo(bench.Conversation)));
        Assert.Equal(ClientMessageId.For(delivery.MessageId!, 2), bench.Platform.Messages[^1].ClientMessageId);
    }

    [Theory]
    [InlineData(503, nameof(FailureKind.World))]
    [InlineData(404, nameof(FailureKind.Final))]
    [InlineData(400, nameof(FailureKind.Own))]
    public async Task What_the_platform_refuses_fails_the_message_as_it_would_fail_a_reply(int status, string kind)
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Platform.MessageRefusal = _ => ApiAnswer.WithoutCode(status);
        bench.Replies = new ScriptedAgent(static async (message, cancellationToken) =>
        {
            await message.Conversation.SendAsync("one moment", cancellationToken);
            return "done";
        });

        Failure failure = (await bench.ProcessAsync(bench.Text("hello"))).Failure;

        Assert.Equal(($"platform_{status}", kind), (failure.Code, failure.Kind.ToString()));
        Assert.Empty(bench.Platform.Messages);
    }

    [Fact]
    public async Task An_agent_may_catch_what_could_not_be_sent_and_say_something_else()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Platform.MessageRefusal = static posted => posted.Payload?.GetProperty("text").GetString() == "rude" ? ApiAnswer.WithoutCode(422) : null;
        bench.Replies = new ScriptedAgent(static async (message, cancellationToken) =>
        {
            ConversationException e = await Assert.ThrowsAsync<ConversationException>(
                async () => await message.Conversation.SendAsync("rude", cancellationToken));
            return e.Failure.Code;
        });
        Delivery delivery = bench.Text("hello");

        await bench.ProcessAsync(delivery);

        AgentMessage reply = Assert.Single(bench.Platform.Messages);
        Assert.Equal(("platform_422", ClientMessageId.For(delivery.MessageId!, 1)), (reply.Text, reply.ClientMessageId));
    }

    [Fact]
    public async Task A_message_to_another_conversation_is_sent_once_however_often_the_cause_is_tried()
    {
        await using Workbench bench = await Workbench.StartAsync();
        Conversation other = bench.AddConversation();
        bench.Replies = new ScriptedAgent(async (message, cancellationToken) =>
        {
            await message.Conversation.SendToAsync(other.Id, "first", cancellationToken);
            await message.Conversation.SendToAsync(other.Id, "second", cancellationToken);
            await message.Conversation.SendToAsync(bench.Conversation.Id, "beside", cancellationToken);
            return "reply";
        });
        Delivery delivery = bench.Text("hello");

        await bench.ProcessAsync(delivery);
        await bench.ProcessAsync(delivery);

        Assert.Equal(["first", "second"], bench.RepliesTo(other));
        Assert.Equal(["beside", "reply"], bench.RepliesTo(bench.Conversation));
        Assert.All(bench.Platform.Messages, static message => Assert.Equal(1, message.Repetitions));
        Assert.Equal(ClientMessageId.ForUnasked(other.Id, delivery.MessageId!, 1), bench.Platform.Messages[1].ClientMessageId);
        Assert.Equal(ClientMessageId.For(delivery.MessageId!, 0), bench.Platform.Messages[3].ClientMessageId);
    }

    [Fact]
    public async Task Another_conversation_that_is_over_does_not_end_this_one()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Replies = new ScriptedAgent(static async (message, cancellationToken) =>
        {
            await message.Conversation.SendToAsync("nowhere", "hello", cancellationToken);
            return "reply";
        });

        Failure failure = (await bench.ProcessAsync(bench.Text("hello"))).Failure;

        Assert.Equal((FailureKind.Own, "conversation_not_found"), (failure.Kind, failure.Code));
    }

    [Fact]
    public async Task An_event_may_make_the_agent_say_something()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Replies = new ScriptedAgent(static _ => null)
        {
            OnEvent = static async agentEvent =>
            {
                await agentEvent.SendToAsync(agentEvent.ConversationId!, "welcome", TestContext.Current.CancellationToken);
                agentEvent.Log.Info("Welcomed.", new LogField("type", agentEvent.Type));
            },
        };
        Delivery delivery = bench.Platform.PrepareEvent(bench.Agent, EventTypes.RelationEstablished, bench.Conversation.Id);

        await bench.ProcessAsync(delivery);
        await bench.ProcessAsync(delivery);

        AgentMessage welcome = Assert.Single(bench.Platform.Messages);
        Assert.Equal(("welcome", 1), (welcome.Text, welcome.Repetitions));
        Assert.Equal(ClientMessageId.ForUnasked(bench.Conversation.Id, delivery.Id, 0), welcome.ClientMessageId);
    }

    [Fact]
    public async Task A_sealed_message_reaches_only_the_conversation_whose_reader_is_known()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.SealReplies = true;
        Conversation other = bench.AddConversation();
        bench.Replies = new ScriptedAgent(async (message, cancellationToken) =>
        {
            await message.Conversation.SendAsync("sealed", cancellationToken);
            await message.Conversation.SendToAsync(other.Id, "cannot be sealed", cancellationToken);
            return null;
        });

        Failure failure = (await bench.ProcessAsync(bench.Text("hello"))).Failure;

        Assert.Equal((FailureKind.Own, "readers_unknown"), (failure.Kind, failure.Code));
        Assert.Contains("HASHEE_REPLY=plain", failure.Reason, StringComparison.Ordinal);
        AgentMessage only = Assert.Single(bench.Platform.Messages);
        Assert.Equal(("sealed", true), (only.Text, only.IsSealed));
    }

    [Theory]
    [InlineData("""{"type":"image","attachment_id":"a","alt":"a cat"}""", "a cat", "image/*", null)]
    [InlineData("""{"type":"video","attachment_id":"a"}""", null, "video/*", null)]
    [InlineData("""{"type":"audio","attachment_id":"a","duration_s":3}""", null, "audio/*", null)]
    [InlineData("""{"type":"file","attachment_id":"a","filename":"a.pdf","mime":"application/pdf","size":12}""", "a.pdf", "application/pdf", 12L)]
    public async Task What_is_attached_is_told_and_cannot_be_fetched(string payload, string? name, string mediaType, long? size)
    {
        await using Workbench bench = await Workbench.StartAsync();
        Attachment? seen = null;
        bench.Replies = new ScriptedAgent(async (message, cancellationToken) =>
        {
            seen = Assert.Single(message.Attachments);
            await seen.ReadAsync(1_000, cancellationToken);
            return null;
        });

        Failure failure = (await bench.ProcessAsync(bench.Payload(System.Text.Encoding.UTF8.GetBytes(payload)))).Failure;

        Assert.Equal((name, mediaType, size), (seen?.Name, seen?.MediaType, seen?.Size));
        Assert.Equal(
            (FailureKind.Own, "attachments_unsupported", "Hashee documents no way for an agent to fetch an attachment"),
            (failure.Kind, failure.Code, failure.Reason));
    }

    [Fact]
    public async Task An_attachment_is_never_larger_than_was_asked_for()
    {
        Attachment attachment = new("a.txt", "text/plain", "hello"u8.ToArray());

        Assert.Equal(5, (await attachment.ReadAsync(5, TestContext.Current.CancellationToken)).Length);
        ConversationException e = await Assert.ThrowsAsync<ConversationException>(
            async () => await attachment.ReadAsync(4, TestContext.Current.CancellationToken));
        Assert.Equal("attachment_too_large", e.Failure.Code);
    }

    [Fact]
    public async Task An_attachment_that_is_sent_is_an_error_that_says_why()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Replies = new ScriptedAgent(static async (message, cancellationToken) =>
        {
            await message.Conversation.SendAsync("look", [new Attachment("a.txt", "text/plain", "hello"u8.ToArray())], cancellationToken);
            return "done";
        });

        Failure failure = (await bench.ProcessAsync(bench.Text("hello"))).Failure;

        Assert.Equal(
            (FailureKind.Own, "attachments_unsupported", "Hashee documents no way for an agent to send an attachment"),
            (failure.Kind, failure.Code, failure.Reason));
        Assert.Empty(bench.Platform.Messages);
    }

    [Fact]
    public async Task State_without_a_store_is_empty_and_saving_it_is_an_error_that_names_the_variables()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Replies = new ScriptedAgent(static message =>
        {
            Assert.Null(message.Conversation.GetState(Json.Default.Basket));
            message.Conversation.SetState(new Basket(3), Json.Default.Basket);
            return "saved";
        });
        bench.Enqueue(bench.Text("hello"));

        Batch batch = await bench.RunAsync();

        System.Text.Json.JsonElement record = Assert.Single(batch.Records("Delivery left in the queue."));
        Assert.Equal("no_session_store", record.GetProperty("code").GetString());
        string? said = Assert.Single(batch.Records("The agent failed.")).GetProperty("errorMessage").GetString();
        Assert.Contains("SESSION_TABLE", said, StringComparison.Ordinal);
        Assert.Contains("HASHEE_SESSIONS_FOLDER", said, StringComparison.Ordinal);
        Assert.Empty(bench.Platform.Messages);
    }

    [Fact]
    public async Task Nothing_can_be_said_or_saved_when_the_turn_is_over()
    {
        await using Workbench bench = await Workbench.StartAsync();
        Message? kept = null;
        bench.Replies = new ScriptedAgent(message =>
        {
            kept = message;
            return "done";
        });

        await bench.ProcessAsync(bench.Text("hello"));

        CancellationToken token = TestContext.Current.CancellationToken;
        await Refused(() => kept!.Conversation.SendAsync("late", token));
        await Refused(() => kept!.Conversation.WriteAsync("late", token));
        await Refused(() => kept!.Conversation.SendToAsync(bench.Conversation.Id, "late", token));
        await kept!.Conversation.ShowTypingAsync(token);
        Assert.Equal(
            "turn_over",
            Assert.Throws<ConversationException>(() => kept.Conversation.SetState(new Basket(1), Json.Default.Basket)).Failure.Code);
        Assert.Equal(["done"], bench.RepliesTo(bench.Conversation));

        static async Task Refused(Func<ValueTask> say) =>
            Assert.Equal("turn_over", (await Assert.ThrowsAsync<ConversationException>(async () => await say())).Failure.Code);
    }

    [Fact]
    public async Task Messages_that_are_sent_side_by_side_get_one_number_each()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Replies = new ScriptedAgent(static async (message, cancellationToken) =>
        {
            await Task.WhenAll(Enumerable.Range(0, 20).Select(i => message.Conversation.SendAsync($"{i}", cancellationToken).AsTask()));
            return null;
        });
        Delivery delivery = bench.Text("hello");

        await bench.ProcessAsync(delivery);

        Assert.Equal(Enumerable.Range(0, 20).Select(static i => $"{i}").Order(), bench.RepliesTo(bench.Conversation).Order());
        Assert.Equal(
            Enumerable.Range(0, 20).Select(part => ClientMessageId.For(delivery.MessageId!, part)),
            bench.Platform.Messages.Select(static message => message.ClientMessageId));
    }

    [Fact]
    public async Task A_caller_that_cancels_gets_its_own_cancellation()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Replies = new ScriptedAgent(static async (message, _) =>
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                async () => await message.Conversation.SendAsync("never", new CancellationToken(canceled: true)));
            return "done";
        });

        Assert.Equal(DeliveryResult.Done("replied"), await bench.ProcessAsync(bench.Text("hello")));
    }

    [Fact]
    public async Task What_an_agent_logs_names_its_delivery_and_no_text()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Replies = new ScriptedAgent(static message =>
        {
            message.Log.Info("Order placed.", new LogField("order", 7));
            message.Log.Warn("Stock is low.");
            message.Log.Error("No stock.");
            return null;
        });
        string id = bench.Enqueue(bench.Text("attack at dawn"));

        Batch batch = await bench.RunAsync();

        System.Text.Json.JsonElement record = Assert.Single(batch.Records("Order placed."));
        Assert.Equal(id, record.GetProperty("messageId").GetString());
        Assert.Equal(7, record.GetProperty("order").GetInt32());
        Assert.Equal("INFO", record.GetProperty("level").GetString());
        Assert.Equal("WARN", Assert.Single(batch.Records("Stock is low.")).GetProperty("level").GetString());
        Assert.Equal("ERROR", Assert.Single(batch.Records("No stock.")).GetProperty("level").GetString());
        Assert.DoesNotContain("attack", batch.LogText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_can_be_tested_with_a_text_alone_and_is_told_that_it_talks_to_nobody()
    {
        Message message = new() { Text = "hello" };

        Assert.Equal("Echo: hello", await new EchoAgent().ReplyAsync(message, TestContext.Current.CancellationToken));

        Assert.Equal(("", 0, 0), (message.Conversation.Id, message.Conversation.History.Count, message.Attachments.Count));
        message.Log.Info("A test's own agent speaks.");
        await message.Conversation.ShowTypingAsync(TestContext.Current.CancellationToken);
        ConversationException e = await Assert.ThrowsAsync<ConversationException>(
            async () => await message.Conversation.SendAsync("anybody?", TestContext.Current.CancellationToken));
        Assert.Equal("no_channel", e.Failure.Code);
    }

    [Fact]
    public void Nothing_prints_what_was_said()
    {
        Assert.Equal("turn 1", new Turn("1", DateTimeOffset.UnixEpoch, "secret", "secret").ToString());
        Assert.Equal("attachment of type text/plain", new Attachment("secret", "text/plain", default).ToString());
        Assert.Equal("message to conversation c", new Outgoing(default, "c", "secret", []).ToString());
        Assert.DoesNotContain("secret", new Message { Text = "secret" }.ToString(), StringComparison.Ordinal);
    }

    internal sealed record Basket(int Apples);

    [JsonSerializable(typeof(Basket))]
    internal sealed partial class Json : JsonSerializerContext;
}
