using Hashee.Emulator.Sqs;
using Hashee.Host;

namespace Hashee.Lambda.Tests.Batches;

public class QueueBatchesTests
{
    private static readonly Failure Own = new(FailureKind.Own, "refused_400", "refused");
    private static readonly Failure World = new(FailureKind.World, "away_503", "away");

    [Fact]
    public async Task One_poisoned_message_costs_its_neighbours_nothing()
    {
        await using QueueBench bench = await QueueBench.StartAsync();
        ScriptedDoor door = new(message => message.Body == "bad" ? RecordResult.Failed(Own) : RecordResult.Done("done"));
        string bad = bench.Send("bad");
        string[] good = ["1", "2", "3", "4"];
        Array.ForEach(good, body => bench.Send(body));

        for (int receive = 1; receive < 5; receive++)
        {
            QueueRun run = await bench.RunAsync(door);
            Assert.Equal(["bad", .. good], run.FailedBodies);
            bench.Clock.Advance(TimeSpan.FromSeconds(1 << receive));
        }

        Assert.Empty((await bench.RunAsync(door)).FailedIds);

        Assert.Equal([.. Enumerable.Repeat("bad", 5), .. good], door.Started);
        Assert.Equal([new DeadLetter("bad", "group", bad, "gave_up", "refused_400")], bench.TakeDeadLetters());
        Assert.Equal([("bad", Own)], door.GivenUp);
        Assert.Equal(0, bench.Jobs.Counts.Total);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task The_messages_own_failure_is_tried_as_often_as_it_is_said(int tries)
    {
        await using QueueBench bench = await QueueBench.StartAsync();
        bench.Rule = new GiveUpRule(tries, TimeSpan.Zero);
        ScriptedDoor door = new(static _ => RecordResult.Failed(Own));
        bench.Send("bad");

        for (int receive = 1; receive <= tries; receive++)
        {
            Assert.Equal(receive < tries ? 1 : 0, (await bench.RunAsync(door)).FailedIds.Count);
            bench.Clock.Advance(TimeSpan.FromMinutes(6));
        }

        Assert.Equal(tries, door.Started.Count);
        Assert.Single(bench.TakeDeadLetters());
    }

    [Theory]
    [InlineData(FailureKind.World)]
    [InlineData(FailureKind.Undecided)]
    public async Task The_worlds_failure_is_waited_for_until_the_message_is_too_old_however_often_it_came(FailureKind kind)
    {
        await using QueueBench bench = await QueueBench.StartAsync();
        ScriptedDoor door = new(_ => RecordResult.Failed(World with { Kind = kind }));
        bench.Send("waits");
        int receives = 0;

        TimeSpan patience = TimeSpan.FromHours(6);
        for (TimeSpan age = TimeSpan.Zero; age <= patience; age += TimeSpan.FromMinutes(6))
        {
            receives++;
            Assert.Single((await bench.RunAsync(door)).FailedIds);
            bench.Clock.Advance(TimeSpan.FromMinutes(6));
        }

        Assert.Empty((await bench.RunAsync(door)).FailedIds);
        Assert.Equal(61, receives);
        Assert.Equal([("gave_up", "away_503")], bench.TakeDeadLetters().Select(static letter => (letter.Outcome, letter.Reason)));
    }

    [Fact]
    public async Task What_nothing_will_change_is_given_up_at_once()
    {
        await using QueueBench bench = await QueueBench.StartAsync();
        ScriptedDoor door = new(static message => message.Body == "gone"
            ? RecordResult.Failed(new Failure(FailureKind.Final, "RELATION_REVOKED", "gone"))
            : RecordResult.Done("done"));
        bench.Send("gone");
        bench.Send("behind");

        Assert.Empty((await bench.RunAsync(door)).FailedIds);

        Assert.Equal(["gone", "behind"], door.Started);
        Assert.Equal("RELATION_REVOKED", Assert.Single(bench.TakeDeadLetters()).Reason);
    }

    [Fact]
    public async Task A_result_that_nobody_decided_is_not_done()
    {
        await using QueueBench bench = await QueueBench.StartAsync();
        bench.Send("message");

        Assert.Equal(["message"], (await bench.RunAsync(new ScriptedDoor(static _ => default))).FailedBodies);
    }

    [Fact]
    public async Task A_door_that_throws_has_failed_by_itself_and_its_neighbours_go_on()
    {
        await using QueueBench bench = await QueueBench.StartAsync();
        bench.Rule = new GiveUpRule(2, TimeSpan.FromDays(1));
        ScriptedDoor door = new(static message => message.Body == "bad" ? throw new FormatException("secret") : RecordResult.Done("done"));
        bench.Send("bad");
        bench.Send("beside", "another-group");

        Assert.Equal(["bad"], (await bench.RunAsync(door)).FailedBodies);
        bench.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Empty((await bench.RunAsync(door)).FailedIds);

        Assert.Equal("worker_failed", Assert.Single(bench.TakeDeadLetters()).Reason);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(8, 256)]
    [InlineData(9, 360)]
    [InlineData(40, 360)]
    public async Task Only_what_failed_waits_and_longer_from_receive_to_receive(int receives, int seconds)
    {
        await using QueueBench bench = await QueueBench.StartAsync();
        string[] bodies = ["first", "second", "third"];
        Array.ForEach(bodies, body => bench.Send(body));
        for (int i = 1; i < receives; i++)
        {
            bench.Jobs.Receive(maximum: 10, visibilityTimeout: TimeSpan.Zero);
        }

        QueueRun run = await bench.RunAsync(new ScriptedDoor(static _ => RecordResult.Failed(World)));

        Assert.Equal(bodies, run.FailedBodies);
        Assert.Equal(new QueueCounts(Visible: 2, InFlight: 1, Delayed: 0), bench.Jobs.Counts);
        bench.Clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
        Assert.Empty(bench.Jobs.Receive(maximum: 10));
        bench.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(bodies, bench.Jobs.Receive(maximum: 10).Select(static message => message.Body));
    }

    [Theory]
    [InlineData(0.2, 1)]
    [InlineData(75, 75)]
    [InlineData(3_600, 3_600)]
    [InlineData(86_400, 42_300)]
    public async Task What_was_asked_to_wait_waits_as_asked_within_what_SQS_allows(double asked, int seconds)
    {
        await using QueueBench bench = await QueueBench.StartAsync();
        bench.Send("limited");

        await bench.RunAsync(new ScriptedDoor(_ => RecordResult.Failed(World with { Wait = TimeSpan.FromSeconds(asked) })));

        bench.Clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, bench.Jobs.Counts.InFlight);
        bench.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, bench.Jobs.Counts.InFlight);
    }

    [Fact]
    public async Task What_is_not_started_for_lack_of_time_comes_back_at_once()
    {
        await using QueueBench bench = await QueueBench.StartAsync();
        ScriptedDoor door = new((message, _) =>
        {
            bench.Clock.Advance(TimeSpan.FromMinutes(1));
            return Task.FromResult(RecordResult.Done("done"));
        });
        string[] bodies = ["1", "2", "3"];
        Array.ForEach(bodies, body => bench.Send(body));

        QueueRun run = await bench.RunAsync(door);

        Assert.Equal(["1"], door.Started);
        Assert.Equal(["2", "3"], run.FailedBodies);
        Assert.Equal(new QueueCounts(Visible: 2, InFlight: 0, Delayed: 0), bench.Jobs.Counts);
    }

    [Fact]
    public async Task Nothing_is_started_when_the_deadline_has_passed()
    {
        await using QueueBench bench = await QueueBench.StartAsync();
        ScriptedDoor door = new(static _ => RecordResult.Done("done"));
        bench.Send("1");
        bench.Send("2", "another-group");

        QueueRun run = await bench.RunAsync(door, time: TimeSpan.FromMinutes(-1));

        Assert.Equal(["1", "2"], run.FailedBodies);
        Assert.Empty(door.Started);
    }

    [Fact]
    public async Task A_door_is_told_a_second_before_the_deadline_and_knows_it_beforehand()
    {
        await using QueueBench bench = await QueueBench.StartAsync();
        TimeSpan remaining = default;
        bool[] passed = [true, false];
        ScriptedDoor door = new(async (_, limit) =>
        {
            (remaining, passed[0]) = (limit.Deadline.Remaining, limit.HasPassed);
            bench.Clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Delay(Timeout.Infinite, limit.Token).ContinueWith(static _ => { }, TestContext.Current.CancellationToken);
            passed[1] = limit.HasPassed;
            return RecordResult.Done("done");
        });
        bench.Send("message");

        await bench.RunAsync(door, time: TimeSpan.FromMinutes(1));

        Assert.InRange(remaining, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(59));
        Assert.InRange(Assert.Single(bench.Clock.PauseSeconds), 30, 59);
        Assert.Equal([false, true], passed);
    }

    [Fact]
    public async Task What_is_refused_is_set_aside_and_its_group_goes_on()
    {
        await using QueueBench bench = await QueueBench.StartAsync();
        ScriptedDoor door = new(static message => message.Body == "bad" ? RecordResult.Refused("bad_signature") : RecordResult.Done("done"));
        string bad = bench.Send("bad");
        bench.Send("behind");

        Assert.Empty((await bench.RunAsync(door)).FailedIds);

        Assert.Equal(["bad", "behind"], door.Started);
        Assert.Equal([new DeadLetter("bad", "group", bad, "bad_signature", null)], bench.TakeDeadLetters());
        Assert.Empty(door.GivenUp);
    }

    [Theory]
    [InlineData(false, nameof(SqsAvailability.Available))]
    [InlineData(true, nameof(SqsAvailability.Unavailable))]
    [InlineData(true, nameof(SqsAvailability.Unreachable))]
    public async Task What_cannot_be_set_aside_stays_with_all_behind_it(bool knowsDeadLetters, string availability)
    {
        await using QueueBench bench = await QueueBench.StartAsync();
        bench.SetSqsAvailability(Enum.Parse<SqsAvailability>(availability));
        ScriptedDoor door = new(static message => message.Body switch
        {
            "refused" => RecordResult.Refused("bad_signature"),
            "gone" => RecordResult.Failed(World with { Kind = FailureKind.Final }),
            _ => RecordResult.Done("done"),
        });
        bench.Send("refused", "a");
        bench.Send("behind a", "a");
        bench.Send("gone", "b");
        bench.Send("behind b", "b");

        QueueRun run = await bench.RunAsync(door, knowsDeadLetters: knowsDeadLetters);

        Assert.Equal(["refused", "behind a", "gone", "behind b"], run.FailedBodies);
        Assert.Empty(door.GivenUp);
        Assert.Empty(bench.TakeDeadLetters());
        Assert.Equal(knowsDeadLetters ? 4 : 2, bench.Jobs.Counts.InFlight);
    }

    [Fact]
    public async Task When_SQS_is_away_the_first_message_is_told_that_and_the_others_are_not_asked_for()
    {
        await using QueueBench bench = await QueueBench.StartAsync();
        bench.SetSqsAvailability(SqsAvailability.Unavailable);
        bench.Send("1");
        bench.Send("2");

        QueueRun run = await bench.RunAsync(new ScriptedDoor(static _ => RecordResult.Failed(World)));

        Assert.Equal(["1", "2"], run.FailedBodies);
        Assert.Equal(2, bench.Jobs.Counts.InFlight);
    }

    [Fact]
    public async Task Without_the_queues_URL_everything_comes_back_after_the_queues_own_time()
    {
        await using QueueBench bench = await QueueBench.StartAsync();
        bench.Send("1");
        bench.Send("2");

        await bench.RunAsync(new ScriptedDoor(static _ => RecordResult.Failed(World)), knowsJobs: false);

        bench.Clock.Advance(bench.Jobs.Settings.VisibilityTimeout - TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, bench.Jobs.Counts.InFlight);
    }

    [Fact]
    public async Task Last_words_that_fail_or_take_too_long_change_nothing()
    {
        await using QueueBench bench = await QueueBench.StartAsync();
        Failure gone = World with { Kind = FailureKind.Final };
        ScriptedDoor throws = new(_ => RecordResult.Failed(gone)) { OnGivenUp = static _ => throw new FormatException() };
        ScriptedDoor hangs = new(_ => RecordResult.Failed(gone))
        {
            OnGivenUp = _ =>
            {
                bench.Clock.Advance(TimeSpan.FromMinutes(1));
                return new TaskCompletionSource().Task;
            },
        };
        bench.Send("1");
        Assert.Empty((await bench.RunAsync(throws)).FailedIds);
        bench.Send("2");
        Assert.Empty((await bench.RunAsync(hangs)).FailedIds);

        Assert.Equal(["1", "2"], bench.TakeDeadLetters().Select(static letter => letter.Body));
    }

    [Fact]
    public async Task Last_words_may_be_said_when_the_doors_time_is_over()
    {
        await using QueueBench bench = await QueueBench.StartAsync();
        bool hadTime = false;
        ScriptedDoor door = new((_, limit) =>
        {
            bench.Clock.Advance(TimeSpan.FromSeconds(59.2));
            return Task.FromResult(RecordResult.Failed(World with { Kind = limit.HasPassed ? FailureKind.Final : FailureKind.World }));
        })
        {
            OnGivenUp = limit =>
            {
                hadTime = !limit.HasPassed;
                return Task.CompletedTask;
            },
        };
        bench.Send("message");

        Assert.Empty((await bench.RunAsync(door, time: TimeSpan.FromMinutes(1))).FailedIds);

        Assert.True(hadTime);
    }

    [Fact]
    public async Task In_a_standard_queue_every_message_stands_alone()
    {
        await using QueueBench bench = await QueueBench.StartAsync(isFifo: false);
        ScriptedDoor door = new(static message => message.Body switch
        {
            "refused" => RecordResult.Refused("malformed"),
            "fails" => RecordResult.Failed(World),
            _ => RecordResult.Done("done"),
        });
        string[] bodies = ["refused", "fails", "good"];
        Array.ForEach(bodies, body => bench.Send(body, group: null));

        QueueRun run = await bench.RunAsync(door);

        Assert.Equal(bodies.Order(), door.Started.Order());
        Assert.Equal(["fails"], run.FailedBodies);
        Assert.Equal("malformed", Assert.Single(bench.TakeDeadLetters()).Outcome);
    }

    [Fact]
    public void An_odd_record_fails_alone()
    {
        ScriptedDoor door = new(static _ => RecordResult.Done("done"));
        const string Attributes = """
            "attributes":{"MessageGroupId":"g"}
            """;

        string[] failed = QueueBench.Invoke(
            door,
            $$"""
            {"Records":[
                {"messageId":"1","body":"first",{{Attributes}}},
                {"messageId":"2",{{Attributes}}},
                {"messageId":"3","body":{"secret":1},{{Attributes}}},
                {"messageId":"4","body":"\ud83d",{{Attributes}}},
                {"messageId":"5","body":"last",{{Attributes}}}]}
            """);

        Assert.Equal(["2", "3", "4"], failed);
        Assert.Equal(["first", "last"], door.Started);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("not JSON")]
    public void An_event_of_something_else_is_an_error(string payload)
    {
        ScriptedDoor door = new(static _ => RecordResult.Done("done"));

        Assert.Throws<ReportableException>(() => QueueBench.Invoke(door, payload));
    }
}
