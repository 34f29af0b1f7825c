using System.Text;
using System.Text.Json.Serialization;
using Hashee.Agents;
using Hashee.Agents.Platform;
using Hashee.Agents.Sessions;
using Hashee.Emulator.Platform;
using Hashee.Host;
using Hashee.Protocol;
using Microsoft.Extensions.AI;
using Conversation = Hashee.Agents.Conversation;

namespace Hashee.Worker.Tests;

/// <summary>What a worker does with a conversation's session. The sessions are in a folder, as in the local world.</summary>
public sealed partial class SessionTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"sessions-{Guid.NewGuid():N}");

    private static TimeLimit Soon => new(Deadline.After(TimeSpan.FromMinutes(1)), CancellationToken.None);

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public async Task An_agent_sees_what_was_said_and_what_it_has_kept()
    {
        await using Workbench bench = await StartAsync();
        bench.Replies = new ScriptedAgent(static message =>
        {
            Conversation conversation = message.Conversation;
            int count = conversation.GetState(SessionJson.Default.Int32) + 1;
            conversation.SetState(count, SessionJson.Default.Int32);
            return $"{count}: {string.Join(", ", conversation.History.Select(static turn => $"{turn.Text} → {turn.Reply}"))}";
        });
        foreach (string text in (string[])["a", "b", "c"])
        {
            Assert.Equal(DeliveryResult.Done("replied"), await bench.ProcessAsync(bench.Text(text)));
        }

        Delivery elsewhere = bench.Text("x", bench.AddConversation());
        await bench.ProcessAsync(elsewhere);

        Assert.Equal(["1: ", "2: a → 1: ", "3: a → 1: , b → 2: a → 1: "], bench.RepliesTo(bench.Conversation));
        Assert.Equal("1: ", bench.Platform.Messages[^1].Text);
    }

    [Fact]
    public async Task A_message_that_was_answered_gets_the_same_answer_and_no_second_run()
    {
        await using Workbench bench = await StartAsync();
        int runs = 0;
        bench.Replies = new ScriptedAgent(async (message, cancellationToken) =>
        {
            await message.Conversation.SendAsync("one moment", cancellationToken);
            return $"run {++runs}";
        });
        Delivery delivery = bench.Text("hello");
        await bench.ProcessAsync(delivery);

        Assert.Equal(DeliveryResult.Done("replied in 2 parts"), await bench.ProcessAsync(delivery));

        Assert.Equal(1, runs);
        Assert.Equal([("one moment", 0), ("run 1", 1)], bench.Platform.Messages.Select(static message => (message.Text!, message.Repetitions)));
    }

    [Fact]
    public async Task The_same_signed_message_under_another_delivery_id_is_not_answered_again()
    {
        await using Workbench bench = await StartAsync();
        int runs = 0;
        bench.Replies = new ScriptedAgent(_ => $"run {++runs}");
        Delivery first = bench.Text("hello");
        await bench.ProcessAsync(first);
        await bench.ProcessAsync(bench.Text("again"));

        Assert.Equal(DeliveryResult.Done("ignored: answered before the last message"), await bench.ProcessAsync(first));

        Assert.Equal(2, runs);
        Assert.Equal(["run 1", "run 2"], bench.RepliesTo(bench.Conversation));
    }

    [Fact]
    public async Task A_crash_between_the_commit_and_the_reply_costs_no_second_run()
    {
        await using Workbench bench = await StartAsync();
        int runs = 0;
        bench.Replies = new ScriptedAgent(_ => $"run {++runs}");
        Delivery delivery = bench.Text("hello");
        bench.VerifySender = false;
        bench.Platform.Outage = Outage.Unavailable;
        Assert.Equal(FailureKind.World, (await bench.ProcessAsync(delivery)).Failure.Kind);
        bench.Platform.Outage = Outage.None;

        Assert.Equal(DeliveryResult.Done("replied"), await bench.ProcessAsync(delivery));

        Assert.Equal(1, runs);
        AgentMessage reply = Assert.Single(bench.Platform.Messages);
        Assert.Equal(("run 1", ClientMessageId.For(delivery.MessageId!, 0)), (reply.Text, reply.ClientMessageId));
    }

    [Fact]
    public async Task A_session_that_another_worker_holds_leaves_the_message_for_as_long_as_that_may_take()
    {
        await using Workbench bench = await StartAsync();
        await bench.Sessions!.BeginAsync($"hashee:{bench.Conversation.Id}", "other", Soon);
        string id = bench.Enqueue(bench.Text("hello"));

        Batch batch = await bench.RunAsync();

        Assert.Equal([id], batch.FailedIds);
        Assert.Equal("session_busy", Assert.Single(batch.Records("Delivery left in the queue.")).GetProperty("code").GetString());
        bench.Advance(TimeSpan.FromSeconds(29));
        Assert.Empty((await bench.RunAsync()).MessageIds);
        bench.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty((await bench.RunAsync()).FailedIds);
        Assert.Equal(["Echo: hello"], bench.RepliesTo(bench.Conversation));
    }

    [Fact]
    public async Task A_turn_that_is_not_finished_goes_on_after_a_second_and_is_no_failure()
    {
        await using Workbench bench = await StartAsync();
        int runs = 0;
        bench.Replies = new ScriptedAgent(async (message, cancellationToken) =>
        {
            Conversation conversation = message.Conversation;
            Assert.Equal(runs, conversation.Messages.Count);
            await conversation.SendAsync($"step {runs}", cancellationToken);
            conversation.SetState(runs, SessionJson.Default.Int32);
            conversation.Messages.Add(new ChatMessage(ChatRole.User, $"{runs++}"));
            return runs <= 10 ? throw new UnfinishedTurnException() : "done";
        });
        string id = bench.Enqueue(bench.Text("hello"));
        for (int i = 0; i < 10; i++)
        {
            Batch batch = await bench.RunAsync();
            Assert.Equal([id], batch.FailedIds);
            Assert.Single(batch.Records("Delivery goes on with its next receive."));
            Assert.Empty(batch.Records("Delivery given up."));
            bench.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Empty((await bench.RunAsync()).FailedIds);

        Assert.Empty(bench.ReceiveDeadLetters());
        Assert.Equal([.. Enumerable.Range(0, 11).Select(static step => $"step {step}"), "done"], bench.RepliesTo(bench.Conversation));
        Assert.All(bench.Platform.Messages, static message => Assert.Equal(0, message.Repetitions));
    }

    [Fact]
    public async Task Without_a_store_a_turn_cannot_be_left_and_the_failure_says_so()
    {
        await using Workbench bench = await StartAsync();
        bench.Sessions = null;
        bench.Replies = new ScriptedAgent(static message =>
            message.Conversation.CanContinue ? "never" : throw new UnfinishedTurnException());

        DeliveryResult result = await bench.ProcessAsync(bench.Text("hello"));

        Assert.Equal((FailureKind.Own, "turn_unfinished"), (result.Failure.Kind, result.Failure.Code));
    }

    [Fact]
    public async Task After_20_steps_an_agent_that_will_not_end_has_failed()
    {
        await using Workbench bench = await StartAsync();
        bench.Replies = new ScriptedAgent(static _ => throw new UnfinishedTurnException());
        Delivery delivery = bench.Text("hello");
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(DeliveryResult.Unfinished(), await bench.ProcessAsync(delivery));
        }

        DeliveryResult result = await bench.ProcessAsync(delivery);

        Assert.Equal(("turn_unfinished", 1), (result.Failure.Code, result.Tries));
    }

    [Fact]
    public async Task Only_tries_that_failed_count_and_not_the_receives()
    {
        await using Workbench bench = await StartAsync();
        int runs = 0;
        bench.Replies = new ScriptedAgent(_ => ++runs <= 5 ? throw new UnfinishedTurnException() : throw new InvalidOperationException());
        bench.Enqueue(bench.Text("hello"));
        for (int i = 0; i < 9; i++)
        {
            Assert.Empty((await bench.RunAsync()).Records("Delivery given up."));
            bench.Advance(TimeSpan.FromMinutes(6));
        }

        Assert.Single((await bench.RunAsync()).Records("Delivery given up."));

        Assert.Equal(10, runs);
    }

    [Fact]
    public async Task A_reply_that_is_refused_is_tried_as_often_as_ever_whatever_it_took_to_make_it()
    {
        await using Workbench bench = await StartAsync();
        int runs = 0;
        bench.Replies = new ScriptedAgent(_ => ++runs <= 5 ? throw new UnfinishedTurnException() : "refused");
        bench.Enqueue(bench.Text("hello"));
        bench.VerifySender = false;
        bench.Platform.FailNextRequests(1_000, ApiAnswer.Invalid("no"));
        for (int i = 0; i < 9; i++)
        {
            Assert.Empty((await bench.RunAsync()).Records("Delivery given up."));
            bench.Advance(TimeSpan.FromMinutes(6));
        }

        Assert.Single((await bench.RunAsync()).Records("Delivery given up."));

        Assert.Equal(6, runs);
    }

    [Fact]
    public async Task Who_is_fenced_out_discards_the_turn_and_the_message_is_tried_again()
    {
        await using Workbench bench = await StartAsync();
        int runs = 0;
        bench.Replies = new ScriptedAgent(async (message, cancellationToken) =>
        {
            if (++runs == 1)
            {
                bench.Advance(TimeSpan.FromMinutes(2));
                SessionStart other = await bench.Sessions!.BeginAsync($"hashee:{bench.Conversation.Id}", "other", Soon);
                await other.Session!.CommitAsync("text", "reply", 0, Soon);
            }

            return $"run {runs} after {message.Conversation.History.Count}";
        });
        Delivery delivery = bench.Text("hello");

        DeliveryResult result = await bench.ProcessAsync(delivery);

        Assert.Equal((FailureKind.World, "session_lost"), (result.Failure.Kind, result.Failure.Code));
        Assert.Empty(bench.Platform.Messages);
        Assert.Equal(DeliveryResult.Done("replied"), await bench.ProcessAsync(delivery));
        Assert.Equal(["run 2 after 1"], bench.RepliesTo(bench.Conversation));
    }

    [Fact]
    public async Task A_store_that_is_away_is_waited_for()
    {
        await using Workbench bench = await StartAsync();
        await File.WriteAllTextAsync(_folder, "not a folder", TestContext.Current.CancellationToken);

        DeliveryResult result = await bench.ProcessAsync(bench.Text("hello"));
        File.Delete(_folder);

        Assert.Equal((FailureKind.World, "session_store_unavailable"), (result.Failure.Kind, result.Failure.Code));
        Assert.Null(result.Tries);
    }

    [Fact]
    public async Task An_agent_that_fails_gives_the_session_back()
    {
        await using Workbench bench = await StartAsync();
        bool fails = true;
        bench.Replies = new ScriptedAgent(_ =>
            fails ? throw new AgentException(new Failure(FailureKind.World, "model_away", "the model is away")) : "done");
        Delivery delivery = bench.Text("hello");

        DeliveryResult result = await bench.ProcessAsync(delivery);
        Assert.Equal(("model_away", null), (result.Failure.Code, result.Tries));
        fails = false;

        Assert.Equal(DeliveryResult.Done("replied"), await bench.ProcessAsync(delivery));
    }

    [Fact]
    public async Task Nothing_that_was_said_is_logged()
    {
        await using Workbench bench = await StartAsync();
        bench.Replies = new ScriptedAgent(static message =>
        {
            message.Conversation.SetState(4711, SessionJson.Default.Int32);
            return "confidential reply";
        });
        bench.Enqueue(bench.Text("confidential text"));

        Batch batch = await bench.RunAsync();

        Assert.DoesNotContain("confidential", batch.LogText, StringComparison.Ordinal);
        Assert.DoesNotContain("4711", batch.LogText, StringComparison.Ordinal);
        IEnumerable<string> files = Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories);
        string kept = string.Concat(files.Select(static file => File.ReadAllText(file, Encoding.UTF8)));
        Assert.Contains("confidential reply", kept, StringComparison.Ordinal);
    }

    private async Task<Workbench> StartAsync()
    {
        Workbench bench = await Workbench.StartAsync();
        bench.Sessions = new SessionStore(
            new FolderRecords(_folder), null, new FolderObjects(_folder), 20, TimeSpan.FromDays(25), bench.Clock);
        return bench;
    }

    [JsonSerializable(typeof(int))]
    private sealed partial class SessionJson : JsonSerializerContext;
}
