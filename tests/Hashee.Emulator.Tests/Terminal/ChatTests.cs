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
    public async Task A_prompt_is_shown_to_somebody_who_types_and_the_line_ended_for_the_shell()
    {
        await using PlayedWorld played = await PlayedWorld.StartAsync();

        await Chat(played.World).TalkAsync(new StringReader(""), prompts: true, Cancellation);

        Assert.Equal("> \n", _output.ToString());
    }

    [Fact]
    public async Task A_reply_in_several_parts_is_shown_as_one()
    {
        await using PlayedWorld played = await PlayedWorld.StartAsync(static _ => ["one ", "two ", "three"]);

        await Chat(played.World).TalkAsync(new StringReader("hello"), prompts: false, Cancellation);

        Assert.Equal("one two three", Lines[0]);
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

        Assert.Equal("The worker refused the message: it is in the dead-letter queue.\n", _errors.ToString());
    }

    public void Dispose()
    {
        _output.Dispose();
        _errors.Dispose();
    }

    private Chat Chat(LocalWorld world) => new(world, Consoles.CreatePlain(_output), _errors);

    private string Line(string start) => Lines.Single(line => line.TrimStart().StartsWith(start, StringComparison.Ordinal));
}
