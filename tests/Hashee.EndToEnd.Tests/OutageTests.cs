using Hashee.Emulator.Platform;
using Hashee.Emulator.Sqs;

namespace Hashee.EndToEnd.Tests;

/// <summary>Something is away for a while, and nothing is lost.</summary>
[Trait("Binaries", "any")]
public class OutageTests
{
    [Theory]
    [InlineData(nameof(SqsAvailability.Unavailable))]
    [InlineData(nameof(SqsAvailability.Unreachable))]
    public async Task While_SQS_is_away_the_webhook_says_503_and_a_later_call_succeeds(string availability)
    {
        await using World world = await World.StartAsync();
        world.Sqs.SetAvailability(Enum.Parse<SqsAvailability>(availability));
        Delivery delivery = world.Prepare("hello");

        Task<Delivery> sending = world.SendAsync(delivery);
        await world.Invocations.WaitAsync(invocation => invocation.FunctionName == world.Webhook.Name, world.Patience);
        world.Sqs.SetAvailability(SqsAvailability.Available);
        await sending;
        AgentMessage reply = await world.ReplyToAsync(delivery);

        Assert.Equal(World.Echo("hello"), reply.Text);
        Assert.Equal(503, delivery.Attempts[0].Status);
        Assert.Contains("queue_unavailable", delivery.Attempts[0].Answer, StringComparison.Ordinal);
        Assert.Equal(200, delivery.Attempts[^1].Status);
        Assert.Empty(world.InitErrors.Entries);
    }

    [Theory]
    [InlineData(nameof(Outage.Unavailable))]
    [InlineData(nameof(Outage.Disconnected))]
    public async Task While_the_platform_is_away_nothing_is_lost(string outage)
    {
        await using World world = await World.StartAsync();
        world.Platform.Outage = Enum.Parse<Outage>(outage);
        Conversation[] conversations = [world.Conversation, world.AddConversation(), world.AddConversation()];

        foreach (Conversation conversation in conversations)
        {
            await world.SendAsync("first", conversation);
            await world.SendAsync("second", conversation);
        }

        await world.Batches.WaitAsync(static batch => batch.FailedMessageIds.Count > 0, world.Patience);
        Assert.Empty(world.Platform.Messages);
        world.Platform.Outage = Outage.None;
        await world.Platform.WaitForMessagesAsync(6, world.Patience);
        await world.EmptyQueueAsync();

        Assert.All(
            conversations, conversation => Assert.Equal([World.Echo("first"), World.Echo("second")], world.RepliesTo(conversation)));
        Assert.Equal(6, world.Platform.Messages.Count);
        Assert.Equal(0, world.DeadLetters.Counts.Total);
    }

    [Fact]
    public async Task A_reply_whose_answer_was_lost_is_there_once()
    {
        await using World world = await World.StartAsync(static options => options with
        {
            WorkerEnvironment = new Dictionary<string, string?> { ["HASHEE_SENDER_SIGNATURE"] = "off" },
        });
        world.Platform.LoseNextAnswers(2);

        await world.SendAsync("hello");
        await world.EmptyQueueAsync();

        Assert.Equal(2, Assert.Single(world.Platform.Messages).Repetitions);
    }

    [Fact]
    public async Task A_message_that_fails_too_often_ends_in_the_dead_letter_queue_and_its_conversation_goes_on()
    {
        await using World world = await World.StartAsync(static options => options with { MaxReceiveCount = 1 });
        world.Platform.Outage = Outage.Unavailable;

        await world.SendAsync("hello");
        ReceivedMessage deadLetter = await world.ReceiveDeadLetterAsync();
        world.Platform.Outage = Outage.None;
        AgentMessage reply = await world.ReplyToAsync(await world.SendAsync("after"));

        Assert.Empty(deadLetter.Attributes);
        Assert.Equal(World.Echo("after"), reply.Text);
        await world.WorkerSaysAsync("the platform answered 503 service_unavailable");
    }
}
