using System.Text;
using Hashee.Agents.Sessions;
using Hashee.Host;
using Microsoft.Extensions.AI;

namespace Hashee.Agents.Tests.Sessions;

public sealed class FolderStoreTests(FolderBench bench) : SessionFileTests(bench), IClassFixture<FolderBench>;

public sealed class DynamoStoreTests(DynamoBench bench) : SessionStoreTests(bench), IClassFixture<DynamoBench>
{
    [Fact]
    public async Task A_turn_costs_four_requests_two_of_them_before_the_agent_runs()
    {
        await SayAsync("m1");
        await SayAsync("m2");
        WatchedStore worker = Bench.NewWorker();

        await SayAsync("m3", worker);

        Assert.Equal(["take", "read turns", "write turn", "write"], worker.Requests);
    }

    [Fact]
    public async Task There_are_no_files() => Assert.Null((await OpenAsync("m1")).Files);

    [Fact]
    public async Task A_turn_that_is_too_large_leaves_something_out()
    {
        await SayAsync("m1", agent: static session => session.Messages.Add(
            new ChatMessage(ChatRole.Tool, [new FunctionResultContent("c", new string('x', 400_000))])));

        Turn turn = Assert.Single((await OpenAsync("m2")).History);

        Assert.Equal("[left out: too large to keep]", ((FunctionResultContent)turn.Messages[1].Contents[0]).Result!.ToString());
    }

    [Fact]
    public async Task Turns_whose_time_is_over_are_not_read_though_they_are_still_there()
    {
        await SayAsync("m1");
        await SayAsync("m2");
        Bench.Clock.Advance(TimeSpan.FromDays(20));
        await SayAsync("m3");
        Bench.Clock.Advance(TimeSpan.FromDays(20));

        // The second's item was written with the third, on the 20th day.
        Assert.Equal(["m2", "m3"], (await OpenAsync("m4")).History.Select(static turn => turn.Id));
    }
}

public sealed class BucketStoreTests(BucketBench bench) : SessionFileTests(bench), IClassFixture<BucketBench>;

/// <summary>What every store does. Each test has a session of its own.</summary>
public abstract class SessionStoreTests(StoreBench bench)
{
    protected string Key { get; } = $"hashee:{Guid.NewGuid()}";

    protected StoreBench Bench => bench;

    internal static TimeLimit Soon => StoreBench.Soon;

    [Fact]
    public async Task Turns_come_back_in_order_and_no_more_than_are_wanted()
    {
        for (int i = 1; i <= 6; i++)
        {
            Assert.Equal(SessionStartKind.Run, await SayAsync($"m{i}"));
        }

        OpenSession session = await OpenAsync("m7", turns: 4);

        Assert.Equal(["m3", "m4", "m5", "m6"], session.History.Select(static turn => turn.Id));
        Assert.Equal(["text of m6", "reply to m6"], session.History[^1].Messages.Select(static message => message.Text));
        Assert.Equal(("text of m6", "reply to m6", bench.Clock.GetUtcNow().ToUnixTimeMilliseconds()), (
            session.History[^1].Text, session.History[^1].Reply, session.History[^1].At.ToUnixTimeMilliseconds()));
        Assert.Empty(session.Messages);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Few_turns_or_none_may_be_wanted(int turns)
    {
        await SayAsync("m1");
        await SayAsync("m2");

        Assert.Equal(turns == 0 ? [] : ["m2"], (await OpenAsync("m3", turns: turns)).History.Select(static turn => turn.Id));
    }

    [Fact]
    public async Task State_is_saved_with_the_turn_or_not_at_all()
    {
        await SayAsync("m1", agent: static session => session.State = "{\"n\":1}"u8.ToArray());
        OpenSession failed = await OpenAsync("m2");
        failed.State = "{\"n\":2}"u8.ToArray();
        await failed.FailAsync(Soon);
        OpenSession left = await OpenAsync("m2");
        Assert.Equal("{\"n\":1}", TextOf(left.State));
        left.State = "{\"n\":3}"u8.ToArray();
        await left.LeaveAsync(OutboxState.Nothing, Soon);

        Assert.Equal("{\"n\":3}", TextOf((await OpenAndReleaseAsync("m2")).State));
        Assert.Equal("{\"n\":1}", TextOf((await OpenAndReleaseAsync("m3")).State));
        await SayAsync("m4", agent: static session => session.State = default);
        Assert.True((await OpenAsync("m5")).State.IsEmpty);
    }

    [Fact]
    public async Task A_state_that_is_too_large_is_refused_at_once()
    {
        OpenSession session = await OpenAsync("m1");

        Assert.Equal("state_too_large", Assert.Throws<ConversationException>(() => session.State = new byte[65_537]).Failure.Code);
    }

    [Fact]
    public async Task A_session_that_somebody_holds_is_busy_until_it_is_given_back_or_the_lease_has_passed()
    {
        OpenSession first = await OpenAsync("m1");

        SessionStart busy = await BeginAsync("m2");
        Assert.Equal(SessionStartKind.Busy, busy.Kind);
        Assert.Equal(TimeSpan.FromSeconds(30), busy.Wait);
        bench.Clock.Advance(TimeSpan.FromSeconds(55));
        Assert.InRange((await BeginAsync("m2")).Wait, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
        await first.ReleaseAsync(Soon);
        OpenSession second = await OpenAsync("m2");
        bench.Clock.Advance(TimeSpan.FromSeconds(66));

        Assert.Equal(SessionStartKind.Run, (await BeginAsync("m3")).Kind);
        Assert.NotNull(second);
    }

    [Fact]
    public async Task Who_has_lost_the_lease_changes_nothing()
    {
        await SayAsync("m1", agent: static session => session.State = "1"u8.ToArray());
        OpenSession slow = await OpenAsync("m2");
        slow.State = "\"slow\""u8.ToArray();
        slow.Files?.Write("todos.json", "slow"u8.ToArray());
        bench.Clock.Advance(TimeSpan.FromMinutes(2));
        await SayAsync("m2", agent: static session => session.State = "2"u8.ToArray());

        Failure lost = (await Assert.ThrowsAsync<SessionException>(async () => await slow.CommitAsync("text of m2", "slow", 0, Soon))).Failure;
        await slow.ReleaseAsync(Soon);
        await slow.CleanUpAsync(Soon);

        Assert.Equal((FailureKind.World, "session_lost"), (lost.Kind, lost.Code));
        OpenSession session = await OpenAsync("m3");
        Assert.Equal(["reply to m1", "reply to m2"], session.History.Select(static turn => turn.Reply));
        Assert.Equal("2", TextOf(session.State));
        Assert.True(session.Files is null || (await session.Files.ReadAsync("todos.json", Soon.Token)).IsEmpty);
    }

    [Fact]
    public async Task A_slow_worker_gives_nobody_else_s_lease_back()
    {
        OpenSession slow = await OpenAsync("m1");
        bench.Clock.Advance(TimeSpan.FromMinutes(2));
        await OpenAsync("m2");

        await slow.ReleaseAsync(Soon);

        Assert.Equal(SessionStartKind.Busy, (await BeginAsync("m3")).Kind);
    }

    [Fact]
    public async Task The_same_message_is_answered_once()
    {
        await SayAsync("m1");
        await SayAsync("m2", sent: 3);

        SessionStart repeat = await BeginAsync("m2");
        Assert.Equal((SessionStartKind.Repeat, "reply to m2", 3), (repeat.Kind, repeat.Turn!.Reply, repeat.Turn.Said.Sent));
        Assert.Equal(SessionStartKind.Past, (await BeginAsync("m1")).Kind);
        Assert.Equal(SessionStartKind.Run, (await BeginAsync("m3")).Kind);
    }

    [Fact]
    public async Task The_last_64_messages_are_remembered()
    {
        for (int i = 1; i <= 65; i++)
        {
            await SayAsync($"m{i}");
        }

        Assert.Equal(SessionStartKind.Past, (await BeginAsync("m2")).Kind);
        Assert.Equal(SessionStartKind.Run, (await BeginAsync("m1")).Kind);
    }

    [Fact]
    public async Task An_unfinished_turn_goes_on_where_it_was_left()
    {
        await SayAsync("m1");
        OpenSession first = await OpenAsync("m2");
        first.Messages.Add(new ChatMessage(ChatRole.User, "what is the time?"));
        first.Messages.Add(new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("c", "time")]));
        first.AddUsage(10, 1);
        await first.LeaveAsync(new OutboxState(2, new Dictionary<string, int> { ["other"] = 1 }, "It is"), Soon);

        OpenSession second = await OpenAsync("m2");

        Assert.Equal(["m1"], second.History.Select(static turn => turn.Id));
        Assert.Equal("time", Assert.IsType<FunctionCallContent>(second.Messages[1].Contents[0]).Name);
        Assert.Equal((2, 1, "It is", 1), (second.Said.Sent, second.Said.Unasked["other"], second.Said.Written, second.Steps));
        second.Messages.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent("c", "noon")]));
        second.AddUsage(20, 2);
        await second.CommitAsync("what is the time?", "It is noon", 2, Soon);
        await second.CleanUpAsync(Soon);
        OpenSession third = await OpenAsync("m3");
        Assert.Equal(["m1", "m2"], third.History.Select(static turn => turn.Id));
        Assert.Equal(3, third.History[^1].Messages.Count);
        Assert.Equal((30L, 3L, 1), (third.Content.Last!.InputTokens, third.Content.Last.OutputTokens, third.Content.Last.Steps));
    }

    [Fact]
    public async Task A_turn_may_be_left_20_times()
    {
        for (int i = 0; i < 20; i++)
        {
            OpenSession session = await OpenAsync("m1");
            Assert.True(session.CanContinue);
            await session.LeaveAsync(OutboxState.Nothing, Soon);
        }

        Assert.False((await OpenAsync("m1")).CanContinue);
    }

    [Fact]
    public async Task What_is_left_is_no_other_message_s_and_no_history()
    {
        await SayAsync("m1");
        OpenSession first = await OpenAsync("m2");
        first.Messages.Add(new ChatMessage(ChatRole.User, "half"));
        await first.LeaveAsync(OutboxState.Nothing, Soon);

        OpenSession other = await OpenAsync("m3");
        Assert.Empty(other.Messages);
        await other.CommitAsync("text of m3", "reply to m3", 0, Soon);

        Assert.Equal(["m1", "m3"], (await OpenAsync("m2")).History.Select(static turn => turn.Id));
    }

    [Fact]
    public async Task Tries_are_counted_and_begin_where_the_first_one_began()
    {
        await SayAsync("m1");
        for (int i = 1; i <= 3; i++)
        {
            OpenSession session = await OpenAsync("m2");
            Assert.Empty(session.Messages);
            session.Messages.Add(new ChatMessage(ChatRole.User, "x"));
            Assert.Equal(i, await session.FailAsync(Soon));
        }

        await SayAsync("m2");
        Assert.Equal(["m1", "m2"], (await OpenAsync("m3")).History.Select(static turn => turn.Id));
    }

    [Fact]
    public async Task A_session_that_is_over_begins_anew_though_it_is_still_there()
    {
        await SayAsync("m1", agent: static session =>
        {
            session.State = "1"u8.ToArray();
            session.Files?.Write("todos.json", "old"u8.ToArray());
        });
        await SayAsync("m2");
        string id = (await OpenAndReleaseAsync("m3")).Content.Record.SessionId;
        bench.Clock.Advance(TimeSpan.FromDays(25));

        OpenSession session = await OpenAsync("m3");
        Assert.Empty(session.History);
        Assert.True(session.State.IsEmpty);
        Assert.NotEqual(id, session.Content.Record.SessionId);
        Assert.True(session.Files is null || (await session.Files.ReadAsync("todos.json", Soon.Token)).IsEmpty);
        await session.CommitAsync("text of m3", "reply to m3", 0, Soon);
        await session.CleanUpAsync(Soon);
        await SayAsync("m4");
        Assert.Equal(["m3", "m4"], (await OpenAsync("m5")).History.Select(static turn => turn.Id));
    }

    [Fact]
    public async Task What_a_newer_version_has_added_survives()
    {
        await SayAsync("m1");
        await bench.AddMemberAsync(Key, "from_the_future", "stays");

        await SayAsync("m2");

        Assert.Equal("stays", await bench.ReadMemberAsync(Key, "from_the_future"));
        Assert.Equal(["m1", "m2"], (await OpenAsync("m3")).History.Select(static turn => turn.Id));
    }

    [Fact]
    public async Task A_session_of_a_newer_form_is_a_clear_failure_of_the_world_and_left_as_it_is()
    {
        await SayAsync("m1");
        await bench.AddMemberAsync(Key, "version", "2");
        string? turn = await bench.ReadMemberAsync(Key, "last_turn");

        Failure failure = (await Assert.ThrowsAsync<SessionException>(() => BeginAsync("m2"))).Failure;

        Assert.Equal((FailureKind.World, "session_too_new"), (failure.Kind, failure.Code));
        Assert.Equal((turn, "2"), (await bench.ReadMemberAsync(Key, "last_turn"), await bench.ReadMemberAsync(Key, "version")));
    }

    [Fact]
    public async Task A_session_that_cannot_be_read_is_a_clear_failure_and_left_as_it_is()
    {
        await SayAsync("m1");
        await bench.AddMemberAsync(Key, "last_turn", "garbage");

        Failure failure = (await Assert.ThrowsAsync<SessionException>(() => BeginAsync("m2"))).Failure;

        Assert.Equal((FailureKind.Own, "session_unreadable"), (failure.Kind, failure.Code));
        Assert.Equal("garbage", await bench.ReadMemberAsync(Key, "last_turn"));
        Assert.Equal("session_unreadable", (await Assert.ThrowsAsync<SessionException>(() => BeginAsync("m2"))).Failure.Code);
    }

    /// <summary>Wherever a worker ends, before or behind a request, the next one finds the turn whole or not begun.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_crash_at_any_request_loses_nothing_and_doubles_nothing(bool isBehind)
    {
        int last = int.MaxValue;
        for (int at = 0; at < last; at++)
        {
            string key = $"{Key}-{at}";
            await SayAsync("m1", key: key);
            await SayAsync("m2", key: key);
            WatchedStore worker = bench.NewWorker();
            int crashAt = at;
            bool isGone = false;
            bool hasCommitted = false;
            worker.Around = async (name, request) =>
            {
                bool isHere = worker.Requests.Count == crashAt + 1;
                if (isGone || (isHere && !isBehind))
                {
                    isGone = true;
                    throw new CrashException();
                }

                await request();
                hasCommitted |= name == "write";
                if (isHere)
                {
                    isGone = true;
                    throw new CrashException();
                }
            };
            try
            {
                await SayAsync("m3", worker, key);
                last = at;
            }
            catch (CrashException)
            {
            }

            bench.Clock.Advance(TimeSpan.FromMinutes(2));
            Assert.Equal(hasCommitted ? SessionStartKind.Repeat : SessionStartKind.Run, await SayAsync("m3", key: key));
            Assert.Equal(["reply to m1", "reply to m2", "reply to m3"], (await OpenAsync("m4", key: key)).History.Select(static turn => turn.Reply));
        }

        Assert.InRange(last, 3, 10);
    }

    [Fact]
    public async Task A_store_that_is_away_is_the_world_s_trouble()
    {
        WatchedStore worker = bench.NewWorker();
        worker.Around = static (_, _) => throw SessionException.Away("nothing works", "HTTP 503");

        Assert.Equal(FailureKind.World, (await Assert.ThrowsAsync<SessionException>(() => SayAsync("m1", worker))).Failure.Kind);
    }

    /// <summary>Answers a message as a worker does, or does what else is to be done for it.</summary>
    internal Task<SessionStartKind> SayAsync(
        string cause, WatchedStore? worker = null, string? key = null, Action<OpenSession>? agent = null, int sent = 0) =>
        SayAsync((worker ?? bench.NewWorker()).NewStore(bench.Clock), cause, key, agent, sent);

    internal async Task<OpenSession> OpenAsync(string cause, int turns = 20, string? key = null)
    {
        SessionStart start = await bench.NewWorker().NewStore(bench.Clock, turns).BeginAsync(key ?? Key, cause, Soon);
        Assert.Equal(SessionStartKind.Run, start.Kind);
        return start.Session!;
    }

    internal static string TextOf(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    internal async Task<SessionStartKind> SayAsync(
        SessionStore store, string cause, string? key = null, Action<OpenSession>? agent = null, int sent = 0)
    {
        SessionStart start = await store.BeginAsync(key ?? Key, cause, Soon);
        if (start.Session is { } session)
        {
            agent?.Invoke(session);
            await session.CommitAsync($"text of {cause}", $"reply to {cause}", sent, Soon);
            await session.CleanUpAsync(Soon);
        }

        return start.Kind;
    }

    internal async Task<OpenSession> OpenAndReleaseAsync(string cause)
    {
        OpenSession session = await OpenAsync(cause);
        await session.ReleaseAsync(Soon);
        return session;
    }

    internal async Task<SessionStart> BeginAsync(string cause) => await bench.NewWorker().NewStore(bench.Clock).BeginAsync(Key, cause, Soon);
}
