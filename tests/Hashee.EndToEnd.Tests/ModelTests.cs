using System.Reflection;
using System.Text.Json;
using Hashee.Emulator;
using Hashee.Emulator.Lambda;
using Hashee.Emulator.Models;
using Hashee.Emulator.Platform;

namespace Hashee.EndToEnd.Tests;

/// <summary>
/// The worker that is deployed, its sessions in a folder, and a model that answers by script. There is nothing to see here once
/// <c>Program.cs</c> names an agent that is no model.
/// </summary>
[Trait("Binaries", "any")]
public sealed class ModelTests : IDisposable
{
    private static readonly string Program = Path.Combine(
        typeof(Bootstraps).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(static metadata => metadata.Key == "RepositoryRoot").Value!,
        "src",
        "Hashee.Worker",
        "Program.cs");

    private readonly DirectoryInfo _sessions = Directory.CreateTempSubdirectory("hashee-model-tests-");

    private static bool IsModelAgent => File.ReadAllText(Program).Contains("ModelAgent.Create(settings", StringComparison.Ordinal);

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    [InlineData("bedrock")]
    public async Task A_model_answers_with_a_tool_remembers_is_counted_and_nothing_leaks(string provider)
    {
        if (!IsModelAgent)
        {
            return;
        }

        await using ScriptedModel model = await ScriptedModel.StartAsync(
            ModelAnswer.CallsTools(new ModelCall("call_1", "current_time", "{}")), Says("first answer"), Says("second answer"));
        await using World world = await StartAsync(model, provider);

        Assert.Equal(World.Text("first answer"), (await world.ReplyToAsync(await world.SendAsync("first question"))).Text);
        await world.EmptyQueueAsync();
        Assert.Equal(World.Text("second answer"), (await world.ReplyToAsync(await world.SendAsync("second question"))).Text);

        Assert.Empty(model.Refusals.Entries);
        string[] asked = [.. model.Requests.Entries.Select(static request => request.Body["messages"]!.ToJsonString())];
        Assert.Equal(3, asked.Length);
        AssertInOrder(asked[1], "first question", "current_time", "(UTC)");
        AssertInOrder(asked[2], "first question", "current_time", "(UTC)", "first answer", "second question");

        await world.Output.WaitAsync(static line => Metric(line, "AgentInvocations") > 0, 2, world.Patience);
        Assert.Equal(
            (2, 3, 30, 15, 45, 1),
            (Sum(world, "AgentInvocations"), Sum(world, "ModelCalls"), Sum(world, "InputTokens"), Sum(world, "OutputTokens"),
                Sum(world, "TokensUsed"), Sum(world, "ToolCalls")));
        Assert.Contains(world.Output.Entries, static line => Metric(line, "ModelTime") > 0);
        Assert.Contains(world.Output.Entries, static line => Metric(line, "SessionTime") > 0);
        Assert.DoesNotContain(world.Output.Entries, static line => FunctionOutput.IsLeak(line.Text));
    }

    [Fact]
    public async Task A_model_that_has_too_much_to_do_is_asked_again_at_once()
    {
        if (!IsModelAgent)
        {
            return;
        }

        await using ScriptedModel model = await ScriptedModel.StartAsync(Fails(429), Says("answer"));
        await using World world = await StartAsync(model);

        Delivery delivery = await world.SendAsync("question");

        Assert.Equal(World.Text("answer"), (await world.ReplyToAsync(delivery)).Text);
        await world.EmptyQueueAsync();
        Assert.Equal(2, model.Requests.Entries.Count);
        Assert.DoesNotContain(world.Batches.Entries, static batch => batch.FailedMessageIds.Count > 0);
        Assert.DoesNotContain(world.Output.Entries, static line => FunctionOutput.IsLeak(line.Text));
    }

    [Fact]
    public async Task A_message_stays_while_the_model_is_away_and_is_answered_once()
    {
        if (!IsModelAgent)
        {
            return;
        }

        await using ScriptedModel model = await ScriptedModel.StartAsync(Fails(503), Fails(503), Fails(503), Fails(503), Says("answer"));
        await using World world = await StartAsync(model);

        Delivery delivery = await world.SendAsync("question");
        BatchRecord failed = await world.Batches.WaitAsync(static batch => batch.FailedMessageIds.Count > 0, world.Patience);
        Assert.Null(failed.Reason);
        await world.ReplyToAsync(delivery);
        await world.EmptyQueueAsync();

        Assert.Equal([World.Text("answer")], world.RepliesTo(world.Conversation));
        Assert.Equal(5, model.Requests.Entries.Count);
        Assert.Equal(0, world.DeadLetters.Counts.Total);
        Assert.DoesNotContain(world.Output.Entries, static line => FunctionOutput.IsLeak(line.Text));
    }

    [Fact]
    public async Task A_worker_that_dies_between_commit_and_reply_asks_the_model_once_and_replies_once()
    {
        if (!IsModelAgent)
        {
            return;
        }

        // No model call starts with less than six seconds left, so the timeout is longer than that.
        // The platform goes away while the model is asked: the turn is committed, and its reply finds nobody.
        World? asking = null;
        await using ScriptedModel model = await ScriptedModel.StartAsync(Says("answer") with
        {
            Before = (_, _) =>
            {
                asking!.Platform.Outage = Outage.Unavailable;
                return Task.CompletedTask;
            },
        });
        await using World world = asking = await StartAsync(model, configure: static options => options with
        {
            WorkerTimeout = TimeSpan.FromSeconds(12),
            VisibilityTimeout = TimeSpan.FromSeconds(12),
        });

        Delivery delivery = await world.SendAsync("question");
        await world.Platform.WaitForCallAsync(
            static call => call.Status == 503 && call.Method == "POST" && call.Path.EndsWith("/messages", StringComparison.Ordinal),
            world.Patience);
        InstanceState busy = Assert.Single(world.Worker.Instances, static instance => instance.IsBusy);
        Assert.True(world.Worker.KillInstance(busy.InstanceId));
        await world.Batches.WaitAsync(static batch => batch.Reason is not null, world.Patience);
        Assert.Empty(world.RepliesTo(world.Conversation));
        world.Platform.Outage = Outage.None;
        await world.ReplyToAsync(delivery);
        await world.EmptyQueueAsync();

        Assert.Equal([World.Text("answer")], world.RepliesTo(world.Conversation));
        Assert.Single(model.Requests.Entries);
        Assert.Equal(0, world.DeadLetters.Counts.Total);
    }

    public void Dispose() => _sessions.Delete(recursive: true);

    private static ModelAnswer Says(string text) => ModelAnswer.Says(World.Text(text));

    private static ModelAnswer Fails(int status) => ModelAnswer.Fails(status, message: FunctionOutput.Marker);

    private static void AssertInOrder(string text, params ReadOnlySpan<string> parts)
    {
        int at = 0;
        foreach (string part in parts)
        {
            int found = text.IndexOf(part, at, StringComparison.Ordinal);
            Assert.True(found >= 0, $"'{part}' is missing, or before what it should follow.");
            at = found + part.Length;
        }
    }

    /// <summary>What a line counts at the Hashee door; 0 when it counts something else, or nothing.</summary>
    private static double Metric(OutputLine line, string name)
    {
        if (!line.Text.StartsWith("{\"_aws\":", StringComparison.Ordinal))
        {
            return 0;
        }

        JsonElement json = JsonElement.Parse(line.Text);
        return json.TryGetProperty("Door", out JsonElement door) && door.GetString() == "hashee"
            && json.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : 0;
    }

    private static int Sum(World world, string name) => (int)world.Output.Entries.Sum(line => Metric(line, name));

    private Task<World> StartAsync(
        ScriptedModel model, string provider = "openai", Func<LocalWorldOptions, LocalWorldOptions>? configure = null)
    {
        FunctionOutput.Forbid(model.Key);
        FunctionOutput.Forbid(model.Account.SecretAccessKey);
        Dictionary<string, string?> variables = new(model.VariablesFor(provider)) { ["HASHEE_SESSIONS_FOLDER"] = _sessions.FullName };
        return World.StartAsync(options =>
        {
            options = options with { WorkerBootstrap = Bootstraps.Worker, WorkerEnvironment = variables };
            return configure?.Invoke(options) ?? options;
        });
    }
}
