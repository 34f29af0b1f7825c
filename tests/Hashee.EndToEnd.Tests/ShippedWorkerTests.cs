using System.Reflection;
using Hashee.Emulator.Platform;
using Hashee.Emulator.Sqs;
using Hashee.Emulator.Terminal;

namespace Hashee.EndToEnd.Tests;

/// <summary>
/// The worker that is deployed. Its agent may be anybody's: what it answers is looked at only while it is the one that came with the product,
/// and it is given the variables of a <c>.env</c> beside the README.
/// </summary>
[Trait("Binaries", "any")]
public class ShippedWorkerTests
{
    private static readonly string Root = typeof(Bootstraps).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(static metadata => metadata.Key == "RepositoryRoot").Value!;

    [Fact]
    public async Task It_starts_and_opens_what_is_sealed_to_its_agent()
    {
        await using World world = await StartAsync();

        Delivery delivery = await world.SendAsync("hello");
        await world.Batches.WaitAsync(static _ => true, world.Patience);

        Assert.Empty(world.InitErrors.Entries);
        Assert.Equal(0, world.DeadLetters.Counts.Total);
        Assert.Contains(world.Platform.Calls, call => call.Status == 200 && call.Path == $"/keys/users/{world.User.Id}/devices");
        if (File.ReadAllText(Path.Combine(Root, "src", "Hashee.Worker", "Program.cs")).Contains("ModelAgent.Create(settings))", StringComparison.Ordinal))
        {
            Assert.Equal(World.Echo("hello"), (await world.ReplyToAsync(delivery)).Text);
        }
    }

    [Fact]
    public async Task It_sets_aside_what_nobody_signed()
    {
        await using World world = await StartAsync();
        byte[] forged = world.Platform.Seal(
            world.Conversation, world.User.Id, world.Agent.SigningKey, EventJson.Text(World.Text("forged")));

        await world.SendAsync(world.Platform.Prepare(world.Conversation, world.User.Id, forged));

        ReceivedMessage deadLetter = await world.ReceiveDeadLetterAsync();
        Assert.Equal("bad_signature", Assert.Single(deadLetter.Attributes).Value.StringValue);
    }

    private static Task<World> StartAsync()
    {
        string variables = Path.Combine(Root, ".env");
        return World.StartAsync(options => options with
        {
            WorkerBootstrap = Bootstraps.Worker,
            WorkerEnvironment = WorkerVariables.Read(
                File.Exists(variables) ? [variables] : [], ["HASHEE_LOG_AGENT_ERRORS=", "HASHEE_MODEL="], static _ => { }, static _ => null),
        });
    }
}
