using Hashee.Emulator.Platform;
using Hashee.Protocol;

namespace Hashee.EndToEnd.Tests;

/// <summary>Messages that are answered.</summary>
[Trait("Binaries", "any")]
public class ConversationTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_is_answered_in_its_conversation(bool tlsToSqs)
    {
        await using World world = await World.StartAsync(options => options with { Tls = tlsToSqs });

        Delivery delivery = await world.SendAsync("hello");
        AgentMessage reply = await world.ReplyToAsync(delivery);

        Assert.Equal((world.Conversation, World.Echo("hello"), false), (reply.Conversation, reply.Text, reply.IsSealed));
        Assert.Equal((200, "ok"), (Assert.Single(delivery.Attempts).Status, delivery.Attempts[0].Answer));
        await world.EmptyQueueAsync();
    }

    [Fact]
    public async Task Messages_of_twenty_conversations_are_answered_once_each_and_in_order()
    {
        await using World world = await World.StartAsync();
        Conversation[] conversations = [.. Enumerable.Range(0, 20).Select(_ => world.AddConversation())];

        await Task.WhenAll(conversations.Select(async conversation =>
        {
            for (int i = 0; i < 10; i++)
            {
                await world.SendAsync($"{i}", conversation);
            }
        }));
        await world.Platform.WaitForMessagesAsync(200, world.Patience);
        await world.EmptyQueueAsync();

        IEnumerable<string> expected = Enumerable.Range(0, 10).Select(static i => World.Echo($"{i}"));
        Assert.All(conversations, conversation => Assert.Equal(expected, world.RepliesTo(conversation)));
        Assert.Equal(200, world.Platform.Messages.Count);
        Assert.Equal(0, world.DeadLetters.Counts.Total);
    }

    [Fact]
    public async Task A_delivery_that_is_sent_three_times_is_answered_once()
    {
        await using World world = await World.StartAsync();

        Delivery delivery = await world.SendAsync("hello");
        await world.SendAsync(delivery);
        await world.ReplyToAsync(delivery);
        await world.SendAsync(delivery);
        Delivery next = await world.SendAsync("and then?");
        await world.ReplyToAsync(next);
        await world.EmptyQueueAsync();

        Assert.Equal([200, 200, 200], delivery.Attempts.Select(static attempt => attempt.Status));
        Assert.Equal([false, true, true, false], world.Sent.Entries.Select(static sent => sent.IsDuplicate));
        Assert.Equal([World.Echo("hello"), World.Echo("and then?")], world.RepliesTo(world.Conversation));
        Assert.All(world.Platform.Messages, static message => Assert.Equal(0, message.Repetitions));
    }

    [Fact]
    public async Task A_message_from_the_agent_itself_is_not_answered()
    {
        await using World world = await World.StartAsync();
        byte[] envelope = world.Platform.Seal(
            world.Conversation, world.Agent.Id, world.Agent.SigningKey, EventJson.Text(World.Text("do I hear myself?")));

        await world.SendAsync(world.Platform.Prepare(world.Conversation, world.Agent.Id, envelope));
        await world.ReplyToAsync(await world.SendAsync("hello"));
        await world.EmptyQueueAsync();

        Assert.Equal([World.Echo("hello")], world.RepliesTo(world.Conversation));
        Assert.Equal(0, world.DeadLetters.Counts.Total);
    }

    [Theory]
    [InlineData(EventTypes.RelationEstablished)]
    [InlineData(EventTypes.ArtifactResponse)]
    [InlineData("something.new")]
    public async Task An_event_that_is_not_a_message_is_not_answered(string type)
    {
        await using World world = await World.StartAsync();
        string payload = $$"""{"display_name":"{{FunctionOutput.Marker}}"}""";

        await world.SendAsync(world.Platform.PrepareEvent(world.Agent, type, world.Conversation.Id, payload));
        await world.SendAsync(world.Platform.PrepareEvent(world.Agent, type, conversationId: null, payload));
        await world.WorkerSaysAsync("event passed to the agent");
        await world.EmptyQueueAsync();

        Assert.DoesNotContain(world.Platform.Calls, static call => call.Method == "POST");
        Assert.Equal(
            [world.Conversation.Id, world.Agent.Id], world.Sent.Entries.Where(static sent => !sent.IsDuplicate).Select(static sent => sent.GroupId));
        Assert.Equal(0, world.DeadLetters.Counts.Total);
    }

    [Fact]
    public async Task The_platforms_rate_limit_is_kept()
    {
        await using World world = await World.StartAsync(static options => options with { Platform = new PlatformOptions() });
        Delivery[] deliveries = [.. Enumerable.Range(0, 12).Select(i => world.Prepare($"{i}"))];

        foreach (Delivery delivery in deliveries)
        {
            await world.SendAsync(delivery);
        }

        await world.Platform.WaitForMessagesAsync(12, world.Patience);
        await world.EmptyQueueAsync();

        Assert.Contains(world.Platform.Calls, static call => call.Status == 429);
        Assert.Equal(Enumerable.Range(0, 12).Select(static i => World.Echo($"{i}")), world.RepliesTo(world.Conversation));
    }
}
