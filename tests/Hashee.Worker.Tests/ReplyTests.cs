using System.Text;
using Hashee.Agents;
using Hashee.Agents.Platform;
using Hashee.Emulator.Platform;
using Hashee.Protocol;
using Conversation = Hashee.Emulator.Platform.Conversation;

namespace Hashee.Worker.Tests;

/// <summary>What the agent gets to see and what becomes of its answer.</summary>
public class ReplyTests
{
    [Fact]
    public async Task A_text_is_answered_in_its_conversation()
    {
        await using Workbench bench = await Workbench.StartAsync();
        Delivery delivery = bench.Text("hello");
        bench.Enqueue(delivery);

        Batch batch = await bench.RunAsync();

        Assert.Empty(batch.FailedIds);
        AgentMessage reply = Assert.Single(bench.Platform.Messages);
        Assert.Equal((bench.Conversation, "Echo: hello", false), (reply.Conversation, reply.Text, reply.IsSealed));
        Assert.Equal(ClientMessageId.For(delivery.MessageId!, part: 0), reply.ClientMessageId);
        Assert.Equal("replied", Assert.Single(batch.Records("Delivery processed.")).GetProperty("result").GetString());
        Assert.Equal([1], batch.Metric("Processed"));
        Assert.Equal([1], batch.Metric("ColdStart"));
        Assert.DoesNotContain("hello", batch.LogText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_sees_the_message_and_where_it_comes_from()
    {
        await using Workbench bench = await Workbench.StartAsync();
        Message? seen = null;
        bench.Replies = new ScriptedAgent(message =>
        {
            seen = message;
            return null;
        });
        Delivery delivery = bench.Payload("""{"type":"image","attachment_id":"a-1","alt":"a cat"}"""u8);
        byte[] envelope = EnvelopeWriter.Seal(
            bench.User.Id,
            bench.Conversation.Id,
            "message-7",
            1_778_840_651_123,
            [new Recipient(bench.Agent.Id, bench.Agent.DecryptionKey.PublicKey)],
            EventJson.Text("look"),
            bench.User.Devices[0].SigningKey);

        await bench.ProcessAsync(delivery);
        Assert.Equal(new ImagePayload("a-1", "a cat", null), seen?.Payload);
        Assert.Null(seen?.Text);

        delivery = bench.Platform.Prepare(bench.Conversation, bench.User.Id, envelope);
        await bench.ProcessAsync(delivery);
        Assert.Equal(
            (bench.Conversation.Id, bench.User.Id, "message-7", "look"), (seen!.Conversation.Id, seen.SenderId, seen.Id, seen.Text));
        Assert.Equal(new DateTimeOffset(2026, 5, 15, 10, 24, 11, 123, TimeSpan.Zero), seen.CreatedAt);
        Assert.Equal(new TextPayload("look", null), seen.Payload);
        Assert.Empty(seen.Attachments);
        Assert.Empty(seen.Conversation.History);
        Assert.Equal($"message message-7 of conversation {bench.Conversation.Id}", seen.ToString());
    }

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public async Task A_sender_whose_clock_is_mad_is_answered(long created)
    {
        await using Workbench bench = await Workbench.StartAsync();
        byte[] envelope = EnvelopeWriter.Seal(
            bench.User.Id,
            bench.Conversation.Id,
            "message",
            created,
            [new Recipient(bench.Agent.Id, bench.Agent.DecryptionKey.PublicKey)],
            EventJson.Text("hello"),
            bench.User.Devices[0].SigningKey);

        DeliveryResult result = await bench.ProcessAsync(bench.Platform.Prepare(bench.Conversation, bench.User.Id, envelope));

        Assert.Equal(DeliveryResult.Done("replied"), result);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task An_agent_may_have_no_reply(string? reply)
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Replies = new ScriptedAgent(_ => reply);

        Assert.Equal(DeliveryResult.Done("the agent has no reply"), await bench.ProcessAsync(bench.Text("hello")));

        Assert.Empty(bench.Platform.Messages);
    }

    [Fact]
    public async Task The_echo_has_nothing_to_say_to_what_is_not_a_text()
    {
        await using Workbench bench = await Workbench.StartAsync();

        Assert.Equal(
            DeliveryResult.Done("the agent has no reply"),
            await bench.ProcessAsync(bench.Payload("""{"type":"audio","attachment_id":"a-1"}"""u8)));
    }

    [Theory]
    [InlineData("""{"type":"hologram","text":"hello"}""")]
    [InlineData("""{"text":"hello"}""")]
    [InlineData("""{"type":7}""")]
    public async Task A_payload_of_an_unknown_type_is_ignored(string payload)
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Replies = new ScriptedAgent(static string? (_) => throw new InvalidOperationException());

        Assert.Equal(
            DeliveryResult.Done("ignored: a payload of an unknown type"), await bench.ProcessAsync(bench.Payload(Encoding.UTF8.GetBytes(payload))));
    }

    [Fact]
    public async Task A_message_from_the_agent_itself_is_ignored()
    {
        await using Workbench bench = await Workbench.StartAsync();
        byte[] envelope = bench.Platform.Seal(bench.Conversation, bench.Agent.Id, bench.Agent.SigningKey, EventJson.Text("hello"));
        bench.Enqueue(bench.Platform.Prepare(bench.Conversation, bench.Agent.Id, envelope));

        Assert.Empty((await bench.RunAsync()).FailedIds);

        Assert.Empty(bench.Platform.Calls);
        Assert.Equal(0, bench.DeadLetters.Counts.Total);
    }

    [Theory]
    [InlineData(EventTypes.RelationEstablished)]
    [InlineData("something.new")]
    public async Task An_event_that_is_not_a_message_goes_to_the_agents_hook_as_it_came(string type)
    {
        await using Workbench bench = await Workbench.StartAsync();
        List<AgentEvent> events = [];
        bench.Replies = new ScriptedAgent(static string? (_) => throw new InvalidOperationException())
        {
            OnEvent = agentEvent =>
            {
                events.Add(agentEvent);
                return ValueTask.CompletedTask;
            },
        };
        Delivery delivery = bench.Platform.PrepareEvent(bench.Agent, type, bench.Conversation.Id, """{"user_id":"u"}""");

        Assert.Equal(DeliveryResult.Done("event passed to the agent"), await bench.ProcessAsync(delivery));

        AgentEvent seen = Assert.Single(events);
        Assert.Equal((type, bench.Conversation.Id), (seen.Type, seen.ConversationId));
        Assert.Equal(delivery.Body.ToArray(), seen.Json.ToArray());
        Assert.Empty(bench.Platform.Calls);
    }

    [Fact]
    public async Task An_agent_without_a_hook_lets_events_pass()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Replies = new ShoutingAgent();

        Assert.Equal(
            DeliveryResult.Done("event passed to the agent"),
            await bench.ProcessAsync(bench.Platform.PrepareEvent(bench.Agent, EventTypes.RelationRevoked)));
    }

    [Fact]
    public async Task A_users_own_agent_is_one_class()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Replies = new ShoutingAgent();

        await bench.ProcessAsync(bench.Text("hello"));

        Assert.Equal(["HELLO!"], bench.RepliesTo(bench.Conversation));
    }

    [Fact]
    public async Task A_long_reply_is_sent_in_parts_in_order()
    {
        await using Workbench bench = await Workbench.StartAsync();
        string text = string.Join(' ', Enumerable.Range(0, 60_000));
        bench.Replies = new ScriptedAgent(_ => text);
        Delivery delivery = bench.Text("count");

        Assert.Equal(DeliveryResult.Done("replied in 4 parts"), await bench.ProcessAsync(delivery));

        Assert.Equal(text, string.Concat(bench.RepliesTo(bench.Conversation)));
        Assert.All(bench.RepliesTo(bench.Conversation), static part => Assert.InRange(part!.Length, 1, 100_000));
        Assert.Equal(
            Enumerable.Range(0, 4).Select(part => ClientMessageId.For(delivery.MessageId!, part)),
            bench.Platform.Messages.Select(static message => message.ClientMessageId));
    }

    [Fact]
    public async Task A_reply_with_half_a_character_is_sent_without_it()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Replies = new ScriptedAgent(static _ => "half \ud83d");

        await bench.ProcessAsync(bench.Text("hello"));

        Assert.Equal(["half \ufffd"], bench.RepliesTo(bench.Conversation));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_sealed_reply_opens_on_every_device_of_the_sender(bool verifySender)
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.SealReplies = true;
        bench.VerifySender = verifySender;
        Device second = bench.User.AddDevice();

        Assert.Equal(DeliveryResult.Done("replied"), await bench.ProcessAsync(bench.Text("hello")));

        AgentMessage reply = Assert.Single(bench.Platform.Messages);
        Assert.Equal((true, "Echo: hello"), (reply.IsSealed, reply.Text));
        Assert.Equal([bench.User.Devices[0], second], reply.OpenedBy);
    }

    [Fact]
    public async Task A_long_sealed_reply_is_sealed_part_by_part()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.SealReplies = true;
        string text = new('x', 150_000);
        bench.Replies = new ScriptedAgent(_ => text);

        await bench.ProcessAsync(bench.Text("hello"));

        Assert.Equal([true, true], bench.Platform.Messages.Select(static message => message.IsSealed));
        Assert.Equal(text, string.Concat(bench.RepliesTo(bench.Conversation)));
    }

    [Fact]
    public async Task Groups_of_a_batch_are_answered_at_the_same_time()
    {
        await using Workbench bench = await Workbench.StartAsync();
        CountdownEvent all = new(10);
        bench.Replies = new ScriptedAgent(_ =>
        {
            all.Signal();
            Assert.True(all.Wait(TimeSpan.FromSeconds(30)));
            return "together";
        });
        for (int i = 0; i < 10; i++)
        {
            Conversation conversation = bench.AddConversation();
            bench.Enqueue(bench.Text("hello", conversation), conversation.Id);
        }

        Batch batch = await bench.RunAsync();

        Assert.Equal(10, batch.MessageIds.Count);
        Assert.Empty(batch.FailedIds);
        Assert.Equal(10, bench.Platform.Messages.Count);
    }

    [Fact]
    public async Task Messages_of_a_group_are_answered_one_after_the_other()
    {
        await using Workbench bench = await Workbench.StartAsync();
        int running = 0;
        int most = 0;
        bench.Replies = new ScriptedAgent(async (message, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await Task.Yield();
            Interlocked.Decrement(ref running);
            return message.Text;
        });
        for (int i = 0; i < 10; i++)
        {
            bench.Enqueue(bench.Text($"{i}"));
        }

        await bench.RunAsync();

        Assert.Equal(Enumerable.Range(0, 10).Select(static i => $"{i}"), bench.RepliesTo(bench.Conversation));
        Assert.Equal(1, most);
    }

    private sealed class ShoutingAgent : IAgent
    {
        public ValueTask<string?> ReplyAsync(Message message, CancellationToken cancellationToken) =>
            ValueTask.FromResult(message.Text is { } text ? $"{text.ToUpperInvariant()}!" : null);
    }
}
