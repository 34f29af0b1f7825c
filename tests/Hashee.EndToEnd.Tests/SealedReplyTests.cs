using Hashee.Emulator.Platform;

namespace Hashee.EndToEnd.Tests;

/// <summary>Replies that only the user's devices can read.</summary>
[Trait("Binaries", "any")]
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

    private static Task<World> StartAsync() => World.StartAsync(static options => options with
    {
        WorkerEnvironment = new Dictionary<string, string?> { ["HASHEE_REPLY"] = "sealed" },
    });
}
