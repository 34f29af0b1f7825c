using Hashee.Emulator.Platform;

namespace Hashee.EndToEnd.Tests;

/// <summary>Runs behind all others, so that it sees what both functions wrote in everything that the other tests did.</summary>
[Collection(nameof(AfterAllOthers))]
public class OutputTests
{
    [Fact]
    public async Task Nothing_that_the_functions_write_contains_a_secret_a_token_a_key_or_a_text()
    {
        await SayEverythingAsync("JSON");
        await SayEverythingAsync("Text");

        Assert.All(
            ["Delivery processed.", "Delivery refused.", "Delivery left in the queue.", "Call refused.", "The function cannot start.", "CloudWatchMetrics"],
            part => Assert.Contains(FunctionOutput.Lines, line => line.Contains(part, StringComparison.Ordinal)));
        Assert.Empty(FunctionOutput.FindLeaks());
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("prefix {0} suffix")]
    [InlineData("""{{"message":"Echo: hello {0}"}}""")]
    public async Task A_text_that_was_written_would_be_found(string line)
    {
        await using World world = await World.StartAsync();

        Assert.True(FunctionOutput.IsLeak(string.Format(null, line, FunctionOutput.Marker)));
        Assert.True(FunctionOutput.IsLeak(string.Format(null, line, world.Agent.Token)));
        Assert.True(FunctionOutput.IsLeak(string.Format(null, line, world.Agent.DecryptionKeyBase64)));
        Assert.True(FunctionOutput.IsLeak(string.Format(null, line, Uri.EscapeDataString(world.Agent.SigningKeyBase64))));
        Assert.True(FunctionOutput.IsLeak(string.Format(null, line, Convert.ToHexStringLower(Convert.FromBase64String(world.Agent.SigningKeyBase64)))));
        Assert.False(FunctionOutput.IsLeak(string.Format(null, line, world.Agent.Id)));
    }

    /// <summary>Has each function say all that it can say, so that this test stands on its own.</summary>
    private static async Task SayEverythingAsync(string format)
    {
        Dictionary<string, string?> logging = new() { ["AWS_LAMBDA_LOG_FORMAT"] = format, ["AWS_LAMBDA_LOG_LEVEL"] = "TRACE" };
        await using (World world = await World.StartAsync(options => options with { WebhookEnvironment = logging, WorkerEnvironment = logging }))
        {
            await world.ReplyToAsync(await world.SendAsync("hello"));
            byte[] forged = world.Platform.Seal(
                world.Conversation, world.User.Id, world.Agent.SigningKey, EventJson.Text(World.Text("forged")));
            await world.SendAsync(world.Platform.Prepare(world.Conversation, world.User.Id, forged));
            await world.ReceiveDeadLetterAsync();
            Assert.Equal(400, (await world.AttemptAsync(world.Platform.Prepare(world.Agent, "{}"u8.ToArray()))).Status);
            world.Platform.Outage = Outage.Unavailable;
            await world.Worker.RecycleAsync();
            await world.SendAsync("nobody takes the answer");
            await world.WorkerSaysAsync("Delivery left in the queue.");
        }

        Dictionary<string, string?> invalid = new(logging) { ["HASHEE_WEBHOOK_SECRET"] = "too short", ["HASHEE_REPLY"] = FunctionOutput.Marker };
        await using (World world = await World.StartAsync(options => options with { WebhookEnvironment = invalid }))
        {
            await world.AttemptAsync(world.Prepare("hello"));
            await world.InitErrors.WaitAsync(static _ => true, world.Patience);
        }

        invalid.Remove("HASHEE_WEBHOOK_SECRET");
        await using (World world = await World.StartAsync(options => options with { WorkerEnvironment = invalid }))
        {
            await world.SendAsync("hello");
            await world.InitErrors.WaitAsync(static _ => true, world.Patience);
        }
    }
}
