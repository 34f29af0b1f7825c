using System.Collections.Concurrent;
using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Hashee.Emulator.Sqs;
using Hashee.Host;

namespace Hashee.Lambda.Tests.Batches;

/// <summary>Random messages in random groups that fail in random ways, in batches of random sizes, with SQS away now and then.</summary>
public class QueueBatchesModelTests
{
    private const int MostBatches = 1_000;

    private static readonly Config Configuration = Config.QuickThrowOnFailure.WithMaxTest(60).WithQuietOnSuccess(true);
    private static readonly GiveUpRule Rule = new(Tries: 4, Patience: TimeSpan.FromHours(2));

    private static readonly Arbitrary<Scenario> Scenarios = Arb.From(
        from groups in Gen.Choose(1, 4)
        from count in Gen.Choose(1, 14)
        from messages in (
            from name in Gen.Choose(1, groups)
            from length in Gen.Choose(0, 5)
            from steps in Gen.Elements(Enum.GetValues<Step>()).ArrayOf(length)
            select new Script(name, steps)).ArrayOf(count)
        from batches in (
            from size in Gen.Choose(1, 10)
            from minutes in Gen.Choose(0, 10)
            from isAway in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
            select new BatchPlan(size, minutes, isAway)).ArrayOf(20)
        select new Scenario(messages, batches));

    /// <summary>What becomes of one try.</summary>
    private enum Step
    {
        Done,
        Refused,
        Own,
        World,
        Final,
        Throws,
        Undecided,
        TimeEnds,
    }

    [Fact]
    public async Task Order_is_kept_nothing_is_lost_nothing_is_forgotten_undone_and_only_what_failed_waits()
    {
        await using QueueBench bench = await QueueBench.StartAsync();
        bench.Rule = Rule;

        Check.One(Configuration, Prop.ForAll(Scenarios, scenario => RunAsync(bench, scenario)));
    }

    private static async Task RunAsync(QueueBench bench, Scenario scenario)
    {
        bench.Renew();
        for (int i = 0; i < scenario.Messages.Length; i++)
        {
            bench.Send(Name(i), $"group-{scenario.Messages[i].Group}");
        }

        World world = new(bench, scenario);
        for (int batch = 0; bench.Jobs.Counts.Total > 0; batch++)
        {
            Assert.InRange(batch, 0, MostBatches);
            await world.RunBatchAsync(batch < scenario.Batches.Length ? scenario.Batches[batch] : new BatchPlan(10, 5, IsAway: false));
        }

        world.CheckEnd();
    }

    private static string Name(int message) => message.ToString(CultureInfo.InvariantCulture);

    private sealed record Script(int Group, Step[] Steps);

    private sealed record BatchPlan(int Size, int MinutesBefore, bool IsAway);

    private sealed record Scenario(Script[] Messages, BatchPlan[] Batches)
    {
        public override string ToString() =>
            string.Join("; ", Messages.Select(static message => $"{message.Group}: {string.Join(' ', message.Steps)}"))
            + $" | {string.Join(' ', Batches.ToList())}";
    }

    /// <summary>One try of a message.</summary>
    private sealed record Try(string Body, Step Step, int Receives, DateTimeOffset At);

    private sealed class World
    {
        private readonly QueueBench _bench;
        private readonly Scenario _scenario;
        private readonly ScriptedDoor _door;
        private readonly DateTimeOffset _sentAt;
        private readonly ConcurrentQueue<Try> _tries = new();
        private readonly Dictionary<string, DateTimeOffset> _hiddenUntil = [];
        private readonly Dictionary<string, Try> _lastTries = [];
        private readonly List<string> _finished = [];

        public World(QueueBench bench, Scenario scenario)
        {
            _bench = bench;
            _scenario = scenario;
            _sentAt = bench.Clock.GetUtcNow();
            _door = new ScriptedDoor(Process);
        }

        public async Task RunBatchAsync(BatchPlan plan)
        {
            _bench.Clock.Advance(TimeSpan.FromMinutes(plan.MinutesBefore));
            _bench.SetSqsAvailability(plan.IsAway ? SqsAvailability.Unavailable : SqsAvailability.Available);
            _tries.Clear();
            QueueRun run = await _bench.RunAsync(_door, plan.Size);

            string[] received = [.. run.Received.Select(static message => message.Body)];
            Dictionary<string, Try> tries = _tries.ToDictionary(static one => one.Body);
            foreach (IGrouping<string?, ReceivedMessage> group in run.Received.GroupBy(static message => message.GroupId))
            {
                CheckGroup([.. group.Select(static message => message.Body)], run.FailedBodies, tries);
            }

            DeadLetter[] letters = [.. _bench.TakeDeadLetters()];
            foreach (string acknowledged in received.Except(run.FailedBodies))
            {
                Try last = tries[acknowledged];
                DeadLetter? letter = letters.SingleOrDefault(letter => letter.Body == acknowledged);
                Assert.Equal(Expected(last), (letter?.Outcome, letter?.Reason));
                Assert.Equal(letter?.Outcome == "gave_up" ? 1 : 0, _door.GivenUp.Count(one => one.Body == acknowledged));
                _lastTries.Add(acknowledged, last);
                _finished.Add(acknowledged);
                _hiddenUntil.Remove(acknowledged);
            }

            Assert.Equal(received.Except(run.FailedBodies).Order(), received.Where(body => _lastTries.ContainsKey(body)).Order());
            Assert.Empty(letters.Select(static letter => letter.Body).Except(received));
            CheckVisibility(plan, run.FailedBodies, tries);
        }

        public void CheckEnd()
        {
            int count = _scenario.Messages.Length;
            Assert.Equal(Enumerable.Range(0, count).Select(Name).Order(), _finished.Order());
            foreach (IGrouping<int, string> group in Enumerable.Range(0, count).GroupBy(i => _scenario.Messages[i].Group, Name))
            {
                Assert.Equal(group, _finished.Where(group.Contains));
            }
        }

        /// <summary>Started one after the other, in order, nothing behind one that failed.</summary>
        private static void CheckGroup(string[] group, IReadOnlyList<string> failed, Dictionary<string, Try> tries)
        {
            int started = group.TakeWhile(tries.ContainsKey).Count();
            Assert.DoesNotContain(group[started..], tries.ContainsKey);
            int finished = group.TakeWhile(body => !failed.Contains(body)).Count();
            Assert.All(group[finished..], body => Assert.Contains(body, failed));
            Assert.InRange(started, finished, finished + 1);
        }

        /// <summary>The attributes of the dead letter that a try must have led to; none for one that is done.</summary>
        private (string? Outcome, string? Reason) Expected(Try last)
        {
            switch (last.Step)
            {
                case Step.Done:
                    return (null, null);
                case Step.Refused:
                    return ("bad", null);
                case Step.Own or Step.Throws:
                    Assert.InRange(last.Receives, Rule.Tries, int.MaxValue);
                    return ("gave_up", last.Step == Step.Own ? "Own" : "worker_failed");
                case Step.World or Step.Undecided or Step.TimeEnds:
                    Assert.InRange(last.At - _sentAt, Rule.Patience, TimeSpan.MaxValue);
                    return ("gave_up", last.Step == Step.Undecided ? "undecided" : last.Step.ToString());
                default:
                    return ("gave_up", "Final");
            }
        }

        private void CheckVisibility(BatchPlan plan, IReadOnlyList<string> failed, Dictionary<string, Try> tries)
        {
            DateTimeOffset now = _bench.Clock.GetUtcNow();
            foreach (string body in failed)
            {
                bool wasStarted = tries.TryGetValue(body, out Try? last);
                TimeSpan hidden = plan.IsAway ? _bench.Jobs.Settings.VisibilityTimeout
                    : wasStarted ? TimeSpan.FromSeconds(Math.Min(360, Math.Pow(2, last!.Receives)))
                    : TimeSpan.Zero;
                _hiddenUntil[body] = now + hidden;
            }

            // The step that uses the time up moves the clock in the middle of the batch: then it is not certain when the others' waits began.
            if (tries.Values.All(static one => one.Step != Step.TimeEnds))
            {
                Assert.Equal(_hiddenUntil.Values.Count(until => until > now), _bench.Jobs.Counts.InFlight);
            }
            else
            {
                _hiddenUntil.Clear();
                _bench.Clock.Advance(TimeSpan.FromHours(1));
            }
        }

        private RecordResult Process(SqsMessage message)
        {
            Step[] steps = _scenario.Messages[int.Parse(message.Body, CultureInfo.InvariantCulture)].Steps;
            int earlier = _door.Started.Count(body => body == message.Body) - 1;
            Step step = earlier < steps.Length ? steps[earlier] : Step.Done;
            if (step == Step.TimeEnds)
            {
                _bench.Clock.Advance(TimeSpan.FromSeconds(59.5));
            }

            _tries.Enqueue(new Try(message.Body, step, message.ReceiveCount, _bench.Clock.GetUtcNow()));
            return step switch
            {
                Step.Done => RecordResult.Done("done"),
                Step.Refused => RecordResult.Refused("bad"),
                Step.Own => RecordResult.Failed(new Failure(FailureKind.Own, "Own", "fails")),
                Step.Final => RecordResult.Failed(new Failure(FailureKind.Final, "Final", "gone")),
                Step.Throws => throw new InvalidOperationException("a defect"),
                Step.Undecided => default,
                _ => RecordResult.Failed(new Failure(FailureKind.World, step.ToString(), "away")),
            };
        }
    }
}
