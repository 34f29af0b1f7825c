using Hashee.Emulator.Platform;

namespace Hashee.EndToEnd.Tests;

/// <summary>Replies that only the user's devices can read.</summary>
public class SealedReplyTests
{
    [Fact]
    public async Task A_sealed_reply_opens_with_the_users_key()
    {
        await using World world = await StartAsync();

        AgentMessage reply = await world.ReplyToAsync(await world.SendAsync("hello"));

        Assert.Equal((true, World.Echo("hello")), (reply.IsSealed, reply.Text));
        Assert.Equal(world.User.Devices, reply.OpenedBy);
    }

    [Fact]
    public async Task Two_devices_are_answered_one_of_them_new()
    {
        await using World world = await StartAsync();
        Device first = world.User.Devices[0];
        AgentMessage reply = await world.ReplyToAsync(await world.SendAsync("from the first"));
        Assert.Equal([first], reply.OpenedBy);

        Device second = world.User.AddDevice();
        await world.Worker.RecycleAsync();
        Delivery delivery = world.Platform.Prepare(world.Conversation, second, EventJson.Text(World.Text("from the second")));
        reply = await world.ReplyToAsync(await world.SendAsync(delivery));

        Assert.Equal(World.Echo("from the second"), reply.Text);
        Assert.Equal([first, second], reply.OpenedBy);
    }

    [Fact]
    public async Task A_new_device_is_known_once_the_kept_keys_are_ten_seconds_old()
    {
        await using World world = await StartAsync();
        await world.ReplyToAsync(await world.SendAsync("the keys are kept from now on"));
        Device added = world.User.AddDevice();

        // Each refusal is waited for before the next try, so that this is a handful of messages a second.
        while (world.Platform.Messages.Count == 1)
        {
            Delivery delivery = world.Platform.Prepare(world.Conversation, added, EventJson.Text(World.Text("from the new one")));
            await world.SendAsync(delivery);
            await world.EmptyQueueAsync();
        }

        Assert.Equal(world.User.Devices, world.Platform.Messages[1].OpenedBy);
        Assert.Equal(2, world.Platform.Calls.Count(static call => call.Method == "GET"));
    }

    private static Task<World> StartAsync() => World.StartAsync(static options => options with
    {
        WorkerEnvironment = new Dictionary<string, string?> { ["HASHEE_REPLY"] = "sealed" },
    });
}
