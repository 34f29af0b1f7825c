using Hashee.Emulator.Lambda;
using Hashee.Emulator.Platform;

namespace Hashee.EndToEnd.Tests;

/// <summary>A process ends in the middle of its work.</summary>
public class CrashTests
{
    [Fact]
    public async Task A_worker_killed_in_mid_batch_loses_nothing_and_answers_each_message_once()
    {
        await using World world = await World.StartAsync(static options => options with
        {
            Platform = new PlatformOptions { MessagesPerSecond = 2, Retry = options.Platform.Retry },
            WorkerTimeout = TimeSpan.FromSeconds(6),
            VisibilityTimeout = TimeSpan.FromSeconds(6),
        });
        world.Platform.Outage = Outage.Unavailable;
        for (int i = 0; i < 6; i++)
        {
            await world.SendAsync($"{i}");
        }

        // All six wait in the queue now. Of the next batch the platform takes two messages and lets the worker wait with the third:
        // that is when it dies.
        await world.Batches.WaitAsync(static batch => batch.FailedMessageIds.Count > 0, world.Patience);
        world.Platform.Outage = Outage.None;
        await world.Platform.WaitForCallAsync(static call => call.Status == 429, world.Patience);
        InstanceState busy = Assert.Single(world.Worker.Instances, static instance => instance.IsBusy);
        Assert.True(world.Worker.KillInstance(busy.InstanceId));
        BatchRecord killed = await world.Batches.WaitAsync(static batch => batch.Reason is not null, world.Patience);
        Assert.Equal(killed.MessageIds, killed.FailedMessageIds);
        await world.EmptyQueueAsync();

        Assert.Equal(Enumerable.Range(0, 6).Select(static i => World.Echo($"{i}")), world.RepliesTo(world.Conversation));
        Assert.All(world.Platform.Messages.Take(2), static message => Assert.NotEqual(0, message.Repetitions));
        Assert.Equal(0, world.DeadLetters.Counts.Total);
    }
}
