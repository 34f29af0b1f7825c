using System.Text;
using Hashee.Emulator.Terminal;

namespace Hashee.Emulator.Tests.Terminal;

public sealed class ChatTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string[] Lines => _output.ToString().Split('\n');

    [Fact]
    public async Task One_text_is_sent_cold_and_warm_and_its_way_shown()
    {
        await using PlayedWorld played = await PlayedWorld.StartAsync();

        Assert.True(await Chat(played.World).SendColdAndWarmAsync("hello", Cancellation));

        Assert.Equal("Echo: hello", Lines[0]);
        Assert.Equal(["hello", "hello"], played.Opened.Entries);
        Assert.Contains(Lines, static line => line.Contains("cold", StringComparison.Ordinal) && line.Contains("warm", StringComparison.Ordinal));
        Assert.Matches(@"Webhook: start, exec to ready +\d+\.\d ms +- ", Line("Webhook: start"));
        Assert.Matches(@"Worker: open, verify, answer, reply +\d+\.\d ms +\d+\.\d ms", Line("Worker: open"));
        Assert.Equal("", _errors.ToString());
    }

    [Fact]
    public async Task A_chat_answers_every_line_until_the_input_ends()
    {
        await using PlayedWorld played = await PlayedWorld.StartAsync();

        Assert.True(await Chat(played.World).TalkAsync(new StringReader("one\n\n  \ntwo [b]"), prompts: false, Cancellation));

        Assert.Equal(["one", "two [b]"], played.Opened.Entries);
        Assert.Equal("Echo: one", Lines[0]);
        Assert.Matches(@"^  \d+\.\d ms, cold$", Lines[1]);
        Assert.Equal("Echo: two [b]", Lines[2]);
        Assert.Matches(@"^  \d+\.\d ms$", Lines[3]);
    }

    [Fact]
    public async Task Somebody_who_types_is_told_how_to_leave_and_gets_a_prompt_and_at_the_end_a_new_line()
    {
        await using PlayedWorld played = await PlayedWorld.StartAsync();

        await Chat(played.World).TalkAsync(new StringReader(""), prompts: true, Cancellation);

        Assert.Equal("Ctrl+D or Ctrl+C leaves the chat.\n> \n", _output.ToString());
    }

    [Fact]
    public async Task A_reply_that_was_cut_is_shown_as_one_and_several_messages_each_on_its_line()
    {
        string part = new('x', 60_000);
        await using PlayedWorld played = await PlayedWorld.StartAsync(text => text == "long" ? [part, "end"] : ["one", "two"]);

        await Chat(played.World).TalkAsync(new StringReader("long\nshort"), prompts: false, Cancellation);

        Assert.Equal($"{part}end", Lines[0]);
        Assert.Equal(["one", "two"], Lines[2..4]);
    }

    [Fact]
    public async Task A_rehearsal_reaches_no_agent_and_leaves_the_next_message_a_cold_start()
    {
        await using PlayedWorld played = await PlayedWorld.StartAsync();
        Chat chat = Chat(played.World);

        await chat.RehearseAsync(Cancellation);

        Assert.Empty(played.Opened.Entries);
        Assert.Empty(played.World.Webhook.Instances);
        Assert.Empty(played.World.Worker.Instances);
        Assert.Equal(2, played.World.Invocations.Entries.Count);
        Assert.Equal("", _output.ToString());
    }

    [Fact]
    public async Task A_function_that_dies_in_INIT_is_explained_with_its_error_and_output()
    {
        await using PlayedWorld played = await PlayedWorld.StartAsync();
        string bootstrap = played.Script("dying", "echo last words; exit 3");
        await using LocalWorld world = await LocalWorld.StartAsync(
            new LocalWorldOptions { WebhookBootstrap = bootstrap, WorkerBootstrap = bootstrap });
        Chat chat = Chat(world);

        await chat.RehearseAsync(Cancellation);
        Assert.False(await chat.SendColdAndWarmAsync("hello", Cancellation));

        Assert.Equal(
            "hashee-webhook could not start: Runtime.ExitError: Runtime exited with error: exit status 3\n  last words\n", _errors.ToString());
        Assert.Equal("", _output.ToString());
    }

    [Fact]
    public async Task An_agent_without_a_reply_is_not_waited_for()
    {
        await using PlayedWorld played = await PlayedWorld.StartAsync(static _ => []);

        Assert.False(await Chat(played.World).SendColdAndWarmAsync("hello", Cancellation));

        Assert.Equal("The agent took the message and gave no reply.\n", _errors.ToString());
    }

    [Fact]
    public async Task A_refused_message_is_said_to_be_in_the_dead_letter_queue()
    {
        await using PlayedWorld played = await PlayedWorld.StartAsync();
        played.Refuses = true;

        Assert.False(await Chat(played.World).TalkAsync(new StringReader("hello"), prompts: false, Cancellation));

        Assert.Equal("The worker has given the message up: it is in the dead-letter queue.\n", _errors.ToString());
    }

    [Fact]
    public async Task A_refused_message_is_not_taken_for_the_next_one()
    {
        await using PlayedWorld played = await PlayedWorld.StartAsync(static _ => []);
        Chat chat = Chat(played.World);
        played.Refuses = true;
        await chat.TalkAsync(new StringReader("one"), prompts: false, Cancellation);
        played.Refuses = false;
        await chat.TalkAsync(new StringReader("two"), prompts: false, Cancellation);

        Assert.Equal("The agent took the message and gave no reply.", _errors.ToString().TrimEnd().Split('\n')[^1]);
    }

    [Fact]
    public async Task What_went_wrong_in_the_agent_is_shown_and_the_chat_goes_on()
    {
        await using PlayedWorld played = await PlayedWorld.StartAsync();
        played.Trouble = static (text, messageId) => text != "fail" ? null
            : $$"""{"level":"WARN","message":"The agent failed.","messageId":"{{messageId}}","errorType":"System.FormatException", """
                + """ "errorMessage":"no number","stack":"   at MyAgent.ReplyAsync(Message message)\n   at Other()"}""";

        Chat chat = Chat(played.World);
        TaskCompletionSource shown = new();
        played.World.Troubled += _ => shown.TrySetResult();

        Assert.False(await chat.TalkAsync(new StringReader("fail\nhello"), prompts: false, Cancellation));
        await shown.Task.WaitAsync(Cancellation);

        // The log comes through another pipe than the answer: which of them is first is the machine's choice.
        Assert.Contains(
            """
            hashee-worker: The agent failed.
              System.FormatException: no number
               at MyAgent.ReplyAsync(Message message)
               at Other()

            """,
            _errors.ToString(),
            StringComparison.Ordinal);
        Assert.Contains("The message is still in the queue, to be tried again.\n", _errors.ToString(), StringComparison.Ordinal);
        Assert.Contains("It was taken out of the queue, so that the chat can go on.\n", _errors.ToString(), StringComparison.Ordinal);
        Assert.Equal("Echo: hello", Lines[0]);
        Assert.Equal(["fail", "hello"], played.Opened.Entries);
    }

    [Fact]
    public async Task A_worker_that_fails_itself_is_explained()
    {
        await using PlayedWorld played = await PlayedWorld.StartAsync();
        played.Crashes = true;

        Assert.False(await Chat(played.World).SendColdAndWarmAsync("hello", Cancellation));

        Assert.Equal("The message is still in the queue, to be tried again. The function failed: Oops: it broke\n", _errors.ToString());
    }

    [Fact]
    public async Task A_worker_that_takes_long_is_waited_for_and_said_to_be_at_work()
    {
        const string line = "Waiting for the worker, which may take 60 s …";
        using ManualResetEventSlim said = new();
        await using PlayedWorld played = await PlayedWorld.StartAsync(text =>
        {
            said.Wait(Cancellation);
            return [$"Echo: {text}"];
        });
        await using LineWriter errors = new(written =>
        {
            if (written == line)
            {
                said.Set();
            }
        });
        Chat chat = new(played.World, Consoles.CreatePlain(_output), errors, silence: TimeSpan.Zero);

        Assert.True(await chat.TalkAsync(new StringReader("hello"), prompts: false, Cancellation));

        Assert.Equal("Echo: hello", Lines[0]);
    }

    [Fact]
    public async Task A_function_that_died_in_INIT_once_is_not_taken_for_dead_later()
    {
        await using PlayedWorld played = await PlayedWorld.StartAsync(configure: options => options with
        {
            WorkerBootstrap = PlayedWorld.Script(
                Path.GetDirectoryName(options.WorkerBootstrap)!, "dying-once", $"[ -e $0.died ] || {{ : >$0.died; exit 3; }}; exec {options.WorkerBootstrap}"),
        });

        Assert.False(await Chat(played.World).TalkAsync(new StringReader("one\ntwo"), prompts: false, Cancellation));

        Assert.Contains("exit status 3", _errors.ToString(), StringComparison.Ordinal);
        Assert.Equal("Echo: two", Lines[0]);
    }

    public void Dispose()
    {
        _output.Dispose();
        _errors.Dispose();
    }

    /// <summary>One that never tells how long things take: that is the machine's affair.</summary>
    private Chat Chat(LocalWorld world) => new(world, Consoles.CreatePlain(_output), _errors, silence: Timeout.InfiniteTimeSpan);

    private string Line(string start) => Lines.Single(line => line.TrimStart().StartsWith(start, StringComparison.Ordinal));

    /// <summary>Tells of every line.</summary>
    private sealed class LineWriter(Action<string> onLine) : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void WriteLine(string? value) => onLine(value ?? "");
    }
}
