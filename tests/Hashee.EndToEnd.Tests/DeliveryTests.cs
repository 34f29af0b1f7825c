using Hashee.Emulator.Platform;
using Hashee.Emulator.Sqs;

namespace Hashee.EndToEnd.Tests;

/// <summary>How long a message is tried, and what it costs those behind it.</summary>
public class DeliveryTests
{
    [Fact]
    public async Task A_message_that_makes_the_agent_fail_is_given_up_and_those_behind_it_are_answered()
    {
        await using World world = await World.StartAsync(static options => options with
        {
            WorkerEnvironment = new Dictionary<string, string?> { ["JOBS_TRIES"] = "2" },
        });
        string[] good = ["1", "2", "3", "4"];

        await world.SendAsync("fail");
        foreach (string text in good)
        {
            await world.SendAsync(text);
        }

        await world.EmptyQueueAsync();

        Assert.Equal(["Sorry: agent_failed", .. good.Select(World.Echo)], world.RepliesTo(world.Conversation));
        ReceivedMessage deadLetter = await world.ReceiveDeadLetterAsync();
        Assert.Equal("gave_up", deadLetter.Attributes["outcome"].StringValue);
        Assert.Equal("agent_failed", deadLetter.Attributes["reason"].StringValue);
        await world.WorkerSaysAsync("\"message\":\"Delivery given up.\"");
    }

    [Fact]
    public async Task A_user_who_has_left_is_given_up_at_once()
    {
        await using World world = await World.StartAsync();
        world.Platform.MessageRefusal = static _ => ApiAnswer.RelationRevoked();

        await world.SendAsync("hello");
        await world.EmptyQueueAsync();

        Assert.Equal("RELATION_REVOKED", (await world.ReceiveDeadLetterAsync()).Attributes["reason"].StringValue);
        Assert.Single(world.Platform.Calls, static call => call.Method == "POST");
    }

    [Fact]
    public async Task A_device_that_was_added_a_moment_ago_is_answered()
    {
        await using World world = await World.StartAsync();
        await world.ReplyToAsync(await world.SendAsync("before"));
        Device added = world.User.AddDevice();

        Delivery delivery = world.Platform.Prepare(world.Conversation, added, EventJson.Text(World.Text("after")));
        await world.ReplyToAsync(await world.SendAsync(delivery));

        Assert.Equal([World.Echo("before"), World.Echo("after")], world.RepliesTo(world.Conversation));
        Assert.Equal(0, world.DeadLetters.Counts.Total);
    }

    [Fact]
    public async Task Both_functions_work_for_a_test_tool_that_tells_no_deadline_and_writes_events_in_camel_case()
    {
        await using World world = await World.StartAsync(static options => options with { IsTestTool = true });

        AgentMessage reply = await world.ReplyToAsync(await world.SendAsync("hello"));

        Assert.Equal(World.Echo("hello"), reply.Text);
    }
}
