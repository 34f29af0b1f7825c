using System.Text;
using Hashee.Emulator.Platform;
using Hashee.Emulator.Sqs;
using Hashee.Host;
using Hashee.Lambda;
using Hashee.Protocol;

namespace Hashee.Worker.Tests;

/// <summary>What cannot be processed now stays in the queue with the rest of its group, for a while that grows.</summary>
public class TroubleTests
{
    [Theory]
    [InlineData(nameof(Outage.Unavailable), "the platform answered 503 service_unavailable for the sender's device keys")]
    [InlineData(nameof(Outage.Disconnected), "the platform could not be reached (")]
    public async Task A_platform_that_is_away_leaves_the_group_in_the_queue(string outage, string reason)
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Platform.Outage = Enum.Parse<Outage>(outage);
        string first = bench.Enqueue(bench.Text("first"));
        string second = bench.Enqueue(bench.Text("second"));

        Batch batch = await bench.RunAsync();

        Assert.Equal([first, second], batch.FailedIds);
        Assert.Equal([0.2, 1], bench.Clock.PauseSeconds);
        Assert.Equal([2], batch.Metric("LeftInQueue"));
        Assert.Equal([0], batch.Metric("Processed"));
        System.Text.Json.JsonElement record = Assert.Single(batch.Records("Delivery left in the queue."));
        Assert.Equal(first, record.GetProperty("messageId").GetString());
        Assert.StartsWith(reason, record.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, bench.DeadLetters.Counts.Total);
    }

    [Fact]
    public async Task A_platform_that_comes_back_within_three_tries_is_no_trouble()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Platform.FailNextRequests(2);
        bench.Enqueue(bench.Text("hello"));

        Batch batch = await bench.RunAsync();

        Assert.Empty(batch.FailedIds);
        Assert.Equal(["Echo: hello"], bench.RepliesTo(bench.Conversation));
        Assert.Equal([500, 500, 200, 201], bench.Platform.Calls.Select(static call => call.Status));
    }

    [Fact]
    public async Task A_reply_whose_answer_was_lost_is_there_once()
    {
        await using Workbench bench = await Workbench.StartAsync();
        Delivery delivery = bench.Text("hello");
        bench.Enqueue(delivery);
        bench.VerifySender = false;
        bench.Platform.LoseNextAnswers(2);

        Batch batch = await bench.RunAsync();

        Assert.Empty(batch.FailedIds);
        AgentMessage reply = Assert.Single(bench.Platform.Messages);
        Assert.Equal((ClientMessageId.For(delivery.MessageId!, 0), 2), (reply.ClientMessageId, reply.Repetitions));
    }

    [Fact]
    public async Task A_delivery_that_comes_again_is_answered_with_the_same_client_message_id()
    {
        await using Workbench bench = await Workbench.StartAsync();
        Delivery delivery = bench.Text("hello");

        await bench.ProcessAsync(delivery);
        await bench.ProcessAsync(delivery);

        Assert.Equal(1, Assert.Single(bench.Platform.Messages).Repetitions);
    }

    [Fact]
    public async Task A_message_that_comes_again_under_another_delivery_id_is_answered_with_the_same_client_message_id()
    {
        await using Workbench bench = await Workbench.StartAsync();
        Delivery delivery = bench.Text("hello");
        Delivery replayed = bench.Platform.PrepareAgain(delivery);

        await bench.ProcessAsync(delivery);
        await bench.ProcessAsync(replayed);

        Assert.NotEqual(delivery.Id, replayed.Id);
        Assert.Equal(1, Assert.Single(bench.Platform.Messages).Repetitions);
    }

    [Fact]
    public async Task A_platform_that_refuses_a_reply_is_not_asked_again_in_this_batch()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Platform.MessageRefusal = static _ => ApiAnswer.Invalid("This cannot be said.");
        string id = bench.Enqueue(bench.Text("hello"));

        Batch batch = await bench.RunAsync();

        Assert.Equal([id], batch.FailedIds);
        Assert.Equal([200, 400], bench.Platform.Calls.Select(static call => call.Status));
        System.Text.Json.JsonElement record = Assert.Single(batch.Records("Delivery left in the queue."));
        Assert.Equal("the platform answered 400 invalid_request", record.GetProperty("reason").GetString());
        Assert.Equal("invalid_request", record.GetProperty("code").GetString());
    }

    [Fact]
    public async Task One_reply_that_is_refused_again_and_again_costs_the_messages_behind_it_nothing()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Platform.MessageRefusal = static message =>
            message.Payload?.GetProperty("text").GetString() == "Echo: bad" ? ApiAnswer.Invalid("This cannot be said.") : null;
        string bad = bench.Enqueue(bench.Text("bad"));
        string[] good = ["1", "2", "3", "4"];
        Array.ForEach(good, text => bench.Enqueue(bench.Text(text)));

        for (int receive = 1; receive < 5; receive++)
        {
            Assert.Equal(5, (await bench.RunAsync()).FailedIds.Count);
            bench.Advance(TimeSpan.FromSeconds(1 << receive));
        }

        Batch last = await bench.RunAsync();

        Assert.Empty(last.FailedIds);
        Assert.StartsWith("Sorry", bench.RepliesTo(bench.Conversation).First(), StringComparison.Ordinal);
        Assert.Equal(good.Select(static text => $"Echo: {text}"), bench.RepliesTo(bench.Conversation).Skip(1));
        ReceivedMessage deadLetter = Assert.Single(bench.ReceiveDeadLetters());
        Assert.Equal(bad, deadLetter.DeduplicationId);
        Assert.Equal(
            ("gave_up", "invalid_request"), (deadLetter.Attributes["outcome"].StringValue, deadLetter.Attributes["reason"].StringValue));
        System.Text.Json.JsonElement record = Assert.Single(last.Records("Delivery given up."));
        Assert.Equal(("invalid_request", 5), (record.GetProperty("code").GetString(), record.GetProperty("receives").GetInt32()));
        Assert.Equal([1], last.Metric("GaveUp"));
        Assert.Equal([4], last.Metric("Processed"));
    }

    [Theory]
    [InlineData("RELATION_REVOKED")]
    [InlineData("404")]
    [InlineData("410")]
    public async Task A_conversation_that_is_over_is_given_up_at_once(string how)
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Platform.MessageRefusal = _ => how switch
        {
            "404" => ApiAnswer.Error(404, "conversation_not_found", "There is no such conversation."),
            "410" => ApiAnswer.WithoutCode(410),
            _ => ApiAnswer.RelationRevoked(),
        };
        bench.Enqueue(bench.Text("hello"));

        Batch batch = await bench.RunAsync();

        Assert.Empty(batch.FailedIds);
        string? reason = Assert.Single(bench.ReceiveDeadLetters()).Attributes["reason"].StringValue;
        Assert.Equal(how == "404" ? "conversation_not_found" : how == "410" ? "platform_410" : how, reason);
        Assert.Single(bench.Platform.Calls, static call => call.Method == "POST");
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task What_is_the_worlds_fault_is_waited_for_six_hours(int status)
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Platform.MessageRefusal = _ => status == 429 ? ApiAnswer.RateLimited(TimeSpan.FromHours(1)) : ApiAnswer.WithoutCode(status);
        string id = bench.Enqueue(bench.Text("hello"));
        for (int receive = 1; receive < 20; receive++)
        {
            bench.Jobs.Receive(visibilityTimeout: TimeSpan.Zero);
        }

        Assert.Equal([id], (await bench.RunAsync()).FailedIds);
        bench.Advance(TimeSpan.FromHours(6));
        Assert.Equal([id], (await bench.RunAsync()).FailedIds);
        bench.Advance(TimeSpan.FromHours(1));
        Batch last = await bench.RunAsync();

        Assert.Empty(last.FailedIds);
        Assert.Equal("gave_up", Assert.Single(bench.ReceiveDeadLetters()).Attributes["outcome"].StringValue);
    }

    [Fact]
    public async Task A_storm_of_messages_is_answered_at_the_platforms_pace_and_nothing_is_given_up_for_it()
    {
        const int Messages = 400;
        ManualTime time = new();
        await using Workbench bench = await Workbench.StartAsync(new PlatformOptions { MessagesPerSecond = 2, Time = time });
        for (int i = 0; i < Messages; i++)
        {
            Conversation conversation = bench.AddConversation();
            bench.Enqueue(bench.Text("hello", conversation), conversation.Id);
        }

        // Forty batches of ten, one after the other as the emulated time goes on: two replies a second, every wait as long as it was asked for.
        bench.Clock.BeforePause = () => time.Advance(TimeSpan.FromSeconds(0.2));
        QueueBatches handler = bench.NewHandler();
        int batches = 0;
        while (bench.Jobs.Counts.Total > 0)
        {
            Assert.InRange(batches++, 0, 1_000);
            Batch batch = await bench.RunAsync(handler, TimeSpan.FromMinutes(1));
            Assert.Empty(batch.Records("Delivery given up."));
            bench.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(Messages, bench.Platform.Messages.Count);
        Assert.Contains(bench.Platform.Calls, static call => call.Status == 429);
        Assert.Equal(0, bench.DeadLetters.Counts.Total);
    }

    [Fact]
    public async Task A_reply_that_may_not_be_sent_before_the_time_is_over_is_sent_when_it_may()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Platform.MessageRefusal = _ => ApiAnswer.RateLimited(TimeSpan.FromHours(1));
        string id = bench.Enqueue(bench.Text("hello"));

        Assert.Equal([id], (await bench.RunAsync()).FailedIds);

        Assert.Empty(bench.Clock.Pauses);
        Assert.Single(bench.Platform.Calls, static call => call.Status == 429);
        bench.QueueClock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, bench.Jobs.Counts.InFlight);
        bench.QueueClock.Advance(TimeSpan.FromMilliseconds(1));
        bench.Platform.MessageRefusal = null;
        Assert.Empty((await bench.RunAsync()).FailedIds);
        Assert.Equal(["Echo: hello"], bench.RepliesTo(bench.Conversation));
    }

    [Fact]
    public async Task A_reply_that_is_stored_already_has_succeeded()
    {
        await using Workbench bench = await Workbench.StartAsync(new PlatformOptions { MessagesPerSecond = 1_000, RefusesRepetitions = true });
        bench.VerifySender = false;
        string text = new('x', 150_000);
        bench.Replies = new ScriptedAgent(_ => text);
        bench.Enqueue(bench.Text("hello"));
        bench.Platform.LoseNextAnswers(1);

        Batch batch = await bench.RunAsync();

        Assert.Empty(batch.FailedIds);
        Assert.Contains(bench.Platform.Calls, static call => call.Status == 409);
        Assert.Equal(text, string.Concat(bench.RepliesTo(bench.Conversation)));
    }

    [Fact]
    public async Task Too_many_replies_are_waited_for()
    {
        ManualTime time = new();
        await using Workbench bench = await Workbench.StartAsync(new PlatformOptions { MessagesPerSecond = 1, Time = time });
        bench.Enqueue(bench.Text("first"));
        bench.Enqueue(bench.Text("second"));
        QueueBatches handler = bench.NewHandler();
        bench.Clock.BeforePause = () => time.Advance(TimeSpan.FromSeconds(1));

        Batch batch = await bench.RunAsync(handler, TimeSpan.FromMinutes(1));

        Assert.Empty(batch.FailedIds);
        Assert.Equal([1], bench.Clock.PauseSeconds);
        Assert.Equal(["Echo: first", "Echo: second"], bench.RepliesTo(bench.Conversation));
    }

    [Fact]
    public async Task Nothing_is_started_when_the_deadline_is_near()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Replies = new ScriptedAgent(static string? (_) => throw new InvalidOperationException());
        QueueBatches handler = bench.NewHandler();
        bench.Enqueue(bench.Text("connects to SQS"), "ahead");
        await bench.RunAsync(handler, TimeSpan.FromMinutes(1));
        int calls = bench.Platform.Calls.Count;
        string[] ids = [bench.Enqueue(bench.Text("first")), bench.Enqueue(bench.Text("second"))];

        Batch batch = await bench.RunAsync(handler, TimeSpan.FromSeconds(0.95));

        Assert.Equal(ids, batch.FailedIds);
        Assert.Equal(calls, bench.Platform.Calls.Count);
        Assert.Equal(2, batch.Records("Delivery not started.").Length);
        Assert.All(
            batch.Records("Delivery not started."),
            static record => Assert.Equal("the deadline is near", record.GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task An_agent_that_throws_leaves_its_message_in_the_queue_and_its_words_out_of_the_log()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Replies = new ScriptedAgent(static string? (message) => throw new FormatException($"cannot read {message.Text}"));
        string id = bench.Enqueue(bench.Text("attack at dawn"));

        Batch batch = await bench.RunAsync();

        Assert.Equal([id], batch.FailedIds);
        Assert.Equal(
            "the agent failed with System.FormatException",
            Assert.Single(batch.Records("Delivery left in the queue.")).GetProperty("reason").GetString());
        System.Text.Json.JsonElement error = Assert.Single(batch.Records("The agent failed."));
        Assert.Equal("System.FormatException", error.GetProperty("errorType").GetString());
        Assert.Contains(nameof(An_agent_that_throws_leaves_its_message_in_the_queue_and_its_words_out_of_the_log), error.GetProperty("stack").GetString());
        Assert.False(error.TryGetProperty("errorMessage", out _));
        Assert.DoesNotContain("attack", batch.LogText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_that_cancels_by_itself_has_failed()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Replies = new ScriptedAgent(static string? (_) => throw new OperationCanceledException());

        Assert.Equal(
            new Failure(FailureKind.Own, "agent_failed", "the agent failed with System.OperationCanceledException"),
            (await bench.ProcessAsync(bench.Text("hello"))).Failure);
    }

    [Fact]
    public async Task An_agent_is_told_one_second_before_the_deadline()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Replies = new ScriptedAgent(async (_, cancellationToken) =>
        {
            bench.DeadlineClock.Advance(TimeSpan.FromHours(1));
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return null;
        });
        string id = bench.Enqueue(bench.Text("hello"));

        Batch batch = await bench.RunAsync(bench.NewHandler(), TimeSpan.FromHours(1));

        Assert.Equal([id], batch.FailedIds);
        Assert.InRange(Assert.Single(bench.DeadlineClock.PauseSeconds), 3_590, 3_599);
        Assert.Equal(
            "the agent did not finish before the deadline",
            Assert.Single(batch.Records("Delivery left in the queue.")).GetProperty("reason").GetString());
    }

    [Fact]
    public async Task An_agent_that_ignores_its_token_holds_nothing_up()
    {
        await using Workbench bench = await Workbench.StartAsync();
        TaskCompletionSource<string?> never = new();

        await HangAsync(bench, () => never.Task);
    }

    [Fact]
    public async Task An_agent_that_blocks_its_thread_holds_nothing_up()
    {
        await using Workbench bench = await Workbench.StartAsync();
        using ManualResetEventSlim end = new();

        await HangAsync(bench, () =>
        {
            end.Wait(CancellationToken.None);
            return Task.FromResult<string?>(null);
        });

        end.Set();
    }

    [Fact]
    public async Task An_event_hook_that_throws_leaves_its_event_in_the_queue()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Replies = new ScriptedAgent(static _ => null) { OnEvent = static _ => throw new FormatException() };
        string id = bench.Enqueue(bench.Platform.PrepareEvent(bench.Agent, EventTypes.RelationEstablished, bench.Conversation.Id));

        Assert.Equal([id], (await bench.RunAsync()).FailedIds);
    }

    [Fact]
    public async Task A_defect_that_one_delivery_brings_to_light_leaves_the_other_groups_alone()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.IsClientDisposed = true;
        string id = bench.Enqueue(bench.Text("hello"));
        string ignored = bench.Enqueue(bench.Platform.PrepareEvent(bench.Agent, EventTypes.RelationRevoked), "other");

        Batch batch = await bench.RunAsync();

        Assert.Equal([id, ignored], batch.MessageIds);
        Assert.Equal([id], batch.FailedIds);
        Assert.Equal("System.ObjectDisposedException", Assert.Single(batch.Records("The worker itself failed.")).GetProperty("errorType").GetString());
    }

    [Fact]
    public async Task A_group_is_that_of_the_queue_not_that_of_the_body()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Replies = new ScriptedAgent(static string? (message) => message.Text == "fail" ? throw new InvalidOperationException() : "done");
        Conversation other = bench.AddConversation();
        string failed = bench.Enqueue(bench.Text("fail"), "one-group");
        string behind = bench.Enqueue(bench.Text("behind", other), "one-group");
        bench.Enqueue(bench.Text("beside"), "another-group");

        Batch batch = await bench.RunAsync();

        Assert.Equal([failed, behind], batch.FailedIds);
        Assert.Equal(["done"], bench.RepliesTo(bench.Conversation));
        Assert.Empty(bench.RepliesTo(other));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("not JSON")]
    [InlineData("""{"Records":[{"body":"1"}]}""")]
    public async Task An_event_of_something_else_is_an_error(string payload)
    {
        await using Workbench bench = await Workbench.StartAsync();
        QueueBatches handler = bench.NewHandler();

        Assert.Throws<ReportableException>(() => Workbench.Invoke(handler, Encoding.UTF8.GetBytes(payload), TimeSpan.FromMinutes(1)));
    }

    /// <summary>One conversation hangs and has a message behind it; one beside it is answered and then sees the deadline come near.</summary>
    private static async Task HangAsync(Workbench bench, Func<Task<string?>> hang)
    {
        Conversation other = bench.AddConversation();
        TaskCompletionSource hanging = new(TaskCreationOptions.RunContinuationsAsynchronously);
        bench.Replies = new ScriptedAgent(async (message, cancellationToken) =>
        {
            switch (message.Text)
            {
                case "hang":
                    hanging.SetResult();
                    return await hang();
                case "beside":
                    await hanging.Task;
                    return "done";
                default:
                    bench.DeadlineClock.Advance(TimeSpan.FromMinutes(1));
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                    return null;
            }
        });
        string hangs = bench.Enqueue(bench.Text("hang"));
        string behind = bench.Enqueue(bench.Text("behind"));
        bench.Enqueue(bench.Text("beside", other), other.Id);
        string last = bench.Enqueue(bench.Text("last", other), other.Id);

        Batch batch = await bench.RunAsync();

        Assert.Equal([hangs, behind, last], batch.FailedIds);
        Assert.Empty(bench.RepliesTo(bench.Conversation));
        Assert.Equal(["done"], bench.RepliesTo(other));
    }
}
