using System.Text;
using Hashee.Emulator.Lambda;
using Hashee.Emulator.Platform;
using Hashee.Protocol;

namespace Hashee.EndToEnd.Tests;

/// <summary>Much at once.</summary>
public class LoadTests
{
    private const int LargestMessage = 1_048_576;

    [Fact]
    public async Task A_body_that_just_fits_into_a_queue_message_is_answered_in_parts()
    {
        await using World world = await World.StartAsync();
        string text = World.Text(string.Concat(Enumerable.Range(0, 110_000).Select(static i => $"{i:d6} ")));
        Delivery delivery = PadTo(LargestMessage, Prepare(world, text));

        await world.SendAsync(delivery);
        await world.EmptyQueueAsync();

        Assert.Equal($"Echo: {text}", string.Concat(world.RepliesTo(world.Conversation)));
        Assert.Equal(8, world.Platform.Messages.Count);
    }

    [Fact]
    public async Task A_body_of_one_byte_more_is_too_large()
    {
        await using World world = await World.StartAsync();

        DeliveryAttempt attempt = await world.AttemptAsync(PadTo(LargestMessage + 1, Prepare(world, "hello")));

        Assert.Equal(413, attempt.Status);
        Assert.Contains("too_large", attempt.Answer, StringComparison.Ordinal);
        Assert.Equal(0, world.Jobs.Counts.Total);
    }

    [Fact]
    public async Task A_burst_of_500_calls_on_ten_webhook_instances_is_answered_once_each()
    {
        await using World world = await World.StartAsync(static options => options with { WebhookConcurrency = 10 });
        Conversation[] conversations = [.. Enumerable.Range(0, 50).Select(_ => world.AddConversation())];
        Delivery[] deliveries = [.. Enumerable.Range(0, 500).Select(i => world.Prepare($"{i}", conversations[i % conversations.Length]))];

        await Task.WhenAll(deliveries.Select(world.SendAsync));
        await world.Platform.WaitForMessagesAsync(500, world.Patience);
        await world.EmptyQueueAsync();

        Assert.Equal(
            Enumerable.Range(0, 500).Select(static i => World.Echo($"{i}")).Order(),
            world.Platform.Messages.Select(static message => message.Text!).Order());
        Assert.InRange(
            world.Invocations.Entries
                .Where(invocation => invocation.FunctionName == world.Webhook.Name)
                .Select(static invocation => invocation.InstanceId)
                .Distinct()
                .Count(),
            2,
            10);
        Assert.All(world.Invocations.Entries, static invocation => Assert.Equal(InvocationOutcome.Success, invocation.Outcome));
        Assert.Equal(0, world.DeadLetters.Counts.Total);
    }

    private static Delivery Prepare(World world, string text) =>
        world.Platform.Prepare(world.Conversation, world.User.Devices[0], EventJson.Text(text));

    /// <summary>White space behind the event makes the queue message of it as long as is asked for.</summary>
    private static Delivery PadTo(int length, Delivery delivery)
    {
        long missing = length - QueuedDelivery.GetLength(Encoding.UTF8.GetBytes(delivery.Id), delivery.Body.Length);
        Assert.True(missing >= 0);
        return delivery.WithBody(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(delivery.Body.Span) + new string(' ', (int)missing)));
    }
}
