using System.Text.Json;
using Hashee.Agents.Sessions;
using Hashee.Testing;
using Microsoft.Extensions.AI;

namespace Hashee.Agents.Tests.Sessions;

/// <summary>What every store with files does besides.</summary>
public abstract class SessionFileTests(StoreBench bench) : SessionStoreTests(bench)
{
    [Fact]
    public async Task Files_belong_to_the_turn()
    {
        await SayAsync("m1", agent: static session =>
        {
            session.Files!.Write("todos.json", "[1]"u8.ToArray());
            session.Files.Write("debug.txt", "one\n"u8.ToArray());
        });
        OpenSession failed = await OpenAsync("m2");
        failed.Files!.Write("todos.json", "[2]"u8.ToArray());
        Assert.Equal("[2]", TextOf(await failed.Files.ReadAsync("todos.json", Soon.Token)));
        await failed.FailAsync(Soon);

        OpenSession session = await OpenAsync("m2");
        Assert.Equal("[1]", TextOf(await session.Files!.ReadAsync("todos.json", Soon.Token)));
        Assert.Equal("one\n", TextOf(await session.Files.ReadAsync("debug.txt", Soon.Token)));
        session.Files.Write("debug.txt", default);
        await session.CommitAsync("text", "reply", 0, Soon);
        Assert.True((await (await OpenAsync("m3")).Files!.ReadAsync("debug.txt", Soon.Token)).IsEmpty);
        Assert.Throws<ArgumentException>(() => session.Files.Write("../x", default));
        Assert.Throws<ArgumentException>(() => session.Files.Write("conversation.jsonl", default));
    }

    [Fact]
    public async Task A_file_that_has_not_changed_is_neither_written_nor_read_again()
    {
        WatchedStore worker = Bench.NewWorker();
        SessionStore store = worker.NewStore(Bench.Clock);
        await SayAsync(store, "m1", agent: static session => session.Files!.Write("todos.json", "[1]"u8.ToArray()));
        await SayAsync(store, "m2", agent: static session => session.Files!.Write("todos.json", "[1]"u8.ToArray()));

        Assert.DoesNotContain(worker.Requests, static name => name.StartsWith("get", StringComparison.Ordinal));
        Assert.Single(worker.Requests, "put todos.json");
        Assert.Single(worker.Requests, "delete conversation.jsonl");
    }

    [Fact]
    public async Task A_file_is_written_anew_before_the_bucket_deletes_it_for_its_age()
    {
        await SayAsync("m1", agent: static session => session.Files!.Write("todos.json", "[1]"u8.ToArray()));
        string key = (await OpenAndReleaseAsync("m2")).Content.Record.Files["todos.json"].Key;
        Bench.Clock.Advance(TimeSpan.FromDays(15));
        await SayAsync("m2");
        Assert.Equal(key, (await OpenAndReleaseAsync("m3")).Content.Record.Files["todos.json"].Key);
        Bench.Clock.Advance(TimeSpan.FromDays(15));

        await SayAsync("m3");

        OpenSession session = await OpenAsync("m4");
        Assert.NotEqual(key, session.Content.Record.Files["todos.json"].Key);
        Assert.Equal("[1]", TextOf(await session.Files!.ReadAsync("todos.json", Soon.Token)));
    }

    [Fact]
    public async Task When_a_file_is_gone_a_new_session_begins_and_one_line_says_so()
    {
        await SayAsync("m1", agent: static session => session.State = "1"u8.ToArray());
        OpenSession old = await OpenAndReleaseAsync("m2");
        await Bench.NewWorker().DeleteAsync(old.Content.Record.Files["conversation.jsonl"].Key, Soon);
        int position = RecordedLog.Position;

        OpenSession session = await OpenAsync("m2");

        Assert.Empty(session.History);
        Assert.True(session.State.IsEmpty);
        Assert.NotEqual(old.Content.Record.SessionId, session.Content.Record.SessionId);
        JsonElement line = Assert.Single(RecordedLog.Since(position));
        Assert.Equal("A file of the session is gone: a new session begins.", line.GetProperty("message").GetString());
        await session.CommitAsync("text of m2", "reply to m2", 0, Soon);
        Assert.Equal(["m2"], (await OpenAsync("m3")).History.Select(static turn => turn.Id));
    }

    [Fact]
    public async Task A_turn_that_is_too_large_for_a_record_is_whole_in_the_file()
    {
        string text = new('x', 400_000);
        OpenSession first = await OpenAsync("m1");
        first.Messages.Add(new ChatMessage(ChatRole.User, text));
        await first.LeaveAsync(OutboxState.Nothing, Soon);
        OpenSession second = await OpenAsync("m1");
        Assert.Equal(text, second.Messages[0].Text);
        await second.CommitAsync(text, text, 0, Soon);

        Assert.InRange((await Bench.ReadMemberAsync(Key, "last_turn"))!.Length, 1, 1_000);
        SessionStart repeat = await BeginAsync("m1");
        Assert.Equal((SessionStartKind.Repeat, text), (repeat.Kind, repeat.Turn!.Reply));
        await SayAsync("m2");
        Assert.Equal([text, "reply to m2"], (await OpenAsync("m3")).History.Select(static turn => turn.Reply));
    }
}
