using System.Text;
using System.Threading.Channels;
using Hashee.Agents.Models;
using Hashee.Agents.Steps;
using Hashee.Host;
using Hashee.Testing;
using Microsoft.Extensions.AI;
using static Hashee.Agents.Tests.Turns.ScriptedModel;

namespace Hashee.Agents.Tests.Turns;

public sealed class ModelAgentTests : IStepObserver, IDisposable
{
    private static readonly ModelException TooLong = new(new Failure(FailureKind.Own, ModelException.ContextTooLong, "the request is too long"));

    private readonly Desk _desk = new();
    private readonly List<EndedStep> _steps = [];

    public ModelAgentTests() => Step.Observer = this;

    public void Dispose() => Step.Observer = null;

    void IStepObserver.OnEnded(in EndedStep step)
    {
        lock (_steps)
        {
            _steps.Add(step);
        }
    }

    [Theory]
    [InlineData("hello", "Echo: hello")]
    [InlineData("  tea ", "Echo:   tea ")]
    [InlineData(null, null)]
    [InlineData("", null)]
    public async Task By_default_it_is_an_echo(string? text, string? reply)
    {
        Configuration settings = new();
        ModelAgent agent = ModelAgent.Create(settings);
        settings.ThrowIfInvalid();

        Assert.Equal(reply, await agent.ReplyAsync(new Message { Text = text }, TestContext.Current.CancellationToken));
        Assert.Equal(reply, await _desk.AnswerAsync(agent, text, [new Attachment("a.png", "image/png", "x"u8.ToArray())]));
    }

    [Fact]
    public async Task The_model_is_told_who_it_is_what_was_said_and_what_it_may_call()
    {
        ScriptedModel model = new(Says("Hi"));
        _desk.Earlier.Add(new Turn("m0", DateTimeOffset.UnixEpoch, "before", "answered"));

        ModelAgentOptions brief = new() { SystemPrompt = "Be brief.", MaxTokens = 7, Temperature = 0.5f };
        await _desk.AnswerAsync(new ModelAgent(model, brief, new HandMadeTool("look", () => 1)));

        Assert.Equal(
            ["system: Be brief.", "user: before", "assistant: answered", "user: Hello"],
            model.Requests[0].Messages.Select(static message => $"{message.Role}: {message.Text}"));
        ChatOptions options = model.Requests[0].Options;
        Assert.Equal((7, 0.5f, "look"), (options.MaxOutputTokens, options.Temperature, options.Tools!.Single().Name));
        Assert.Equal(["user: Hello", "assistant: Hi"], _desk.Messages.Select(static message => $"{message.Role}: {message.Text}"));
    }

    [Fact]
    public async Task Tools_of_one_answer_run_at_the_same_time_and_their_results_are_in_order()
    {
        TaskCompletionSource second = new();
        HandMadeTool one = new("one", async (_, token) =>
        {
            await second.Task.WaitAsync(token);
            return "1";
        });
        HandMadeTool two = new("two", () =>
        {
            second.SetResult();
            return 2.5;
        });
        ScriptedModel model = new(Calls(Call("one", "a"), Call("two", "b")), Says("Done"));

        await _desk.AnswerAsync(new ModelAgent(model, null, one, two));

        Assert.Equal([("a", "1"), ("b", "2.5")], ResultsOf(model.Requests[1].Messages));
        Assert.Equal("Done", _desk.Reply);
    }

    [Fact]
    public async Task What_a_tool_throws_is_its_result_and_says_only_its_type()
    {
        int start = RecordedLog.Position;
        HandMadeTool tool = new("break", () => throw new InvalidOperationException("the user's secret"));
        ScriptedModel model = new(Calls(Call("break", "a")), Says("Sorry"));

        await _desk.AnswerAsync(new ModelAgent(model, null, tool));

        Assert.Equal([("a", "Error: System.InvalidOperationException")], ResultsOf(model.Requests[1].Messages));
        string log = RecordedLog.TextSince(start);
        Assert.Contains("A tool failed.", log, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", log + _desk.Kept[DebugFile.Name], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_cannot_be_made_gets_a_result_that_says_why()
    {
        HandMadeTool tool = new("odd", () => new object());
        FunctionCallContent noJson = new("b", "odd") { Exception = new FormatException() };
        ScriptedModel model = new(Calls(Call("nobody", "a"), noJson, Call("odd", "c"), Call("current_time", "d", """{"time_zone":7}""")), Says("Ok"));

        await _desk.AnswerAsync(new ModelAgent(model, null, tool, new CurrentTime(TimeProvider.System)));

        Assert.Equal(
            [
                ("a", "Error: there is no tool of this name."),
                ("b", "Error: the arguments are not a JSON object."),
                ("c", "Error: the tool's result is neither a text nor JSON."),
                ("d", "Error: the argument time_zone must be a text."),
            ],
            ResultsOf(model.Requests[1].Messages));
        Assert.Equal(1, tool.Runs);
    }

    [Fact]
    public async Task A_call_in_an_answer_that_was_cut_off_is_not_made()
    {
        HandMadeTool tool = new("buy", () => "bought");
        ScriptedModel model = new(Ends(ChatFinishReason.Length, Call("buy", "a")), Says("Ok"));

        await _desk.AnswerAsync(new ModelAgent(model, null, tool));

        Assert.StartsWith("Error: the call was cut off", ResultsOf(model.Requests[1].Messages).Single().Text, StringComparison.Ordinal);
        Assert.Equal(0, tool.Runs);
    }

    [Fact]
    public async Task The_tool_that_the_page_on_agents_shows_works()
    {
        ScriptedModel model = new(Calls(Call("weather", "a", """{"city":"Rome"}"""), Call("weather", "b", """{"city":1}""")), Says("Ok"));

        await _desk.AnswerAsync(new ModelAgent(model, null, WeatherTools.Create(new Weather("Italy"))));

        Assert.Equal([("a", "Rain in Rome, Italy, for 1 day(s)."), ("b", "Error: the argument city must be a text.")], ResultsOf(model.Requests[1].Messages));
    }

    [Fact]
    public async Task A_long_result_is_cut()
    {
        ScriptedModel model = new(Calls(Call("long", "a")), Says("Ok"));

        await _desk.AnswerAsync(new ModelAgent(model, null, new HandMadeTool("long", static () => new string('x', 200_000))));

        Assert.Equal(100_007, ResultsOf(model.Requests[1].Messages).Single().Text.Length);
    }

    [Fact]
    public async Task When_its_calls_are_used_up_the_model_is_asked_once_more_without_tools()
    {
        HandMadeTool tool = new("look", () => "x");
        ScriptedModel model = new(Calls(Call("look", "a")), Calls(Call("look", "b")), Says("That is all."));

        await _desk.AnswerAsync(new ModelAgent(model, new() { MaxIterations = 2 }, tool));

        Assert.Equal([ChatToolMode.Auto, ChatToolMode.Auto, ChatToolMode.None], model.Requests.Select(static request => request.Options.ToolMode));
        Assert.Contains("cannot call any more tools", model.Requests[2].Messages[0].Text, StringComparison.Ordinal);
        Assert.Equal("That is all.", _desk.Reply);
    }

    [Fact]
    public async Task A_model_that_never_stops_calling_tools_is_stopped_and_the_user_told()
    {
        int start = RecordedLog.Position;
        HandMadeTool tool = new("look", () => "x");
        int id = 0;
        ScriptedModel model = new((request, options, token) => Calls(Call("look", $"{id++}"))(request, options, token));

        await _desk.AnswerAsync(new ModelAgent(model, new() { MaxIterations = 3 }, tool));

        Assert.Equal((4, 3), (model.Requests.Count, tool.Runs));
        Assert.Equal(ModelTurn.NoAnswer, _desk.Reply);
        Assert.Contains("endless_tools", RecordedLog.TextSince(start), StringComparison.Ordinal);
        Assert.Empty(Exchanges.Unanswered(_desk.Messages));
        Assert.Equal(ModelTurn.NoAnswer, _desk.Messages[^1].Text);
    }

    [Fact]
    public async Task An_empty_answer_is_asked_for_once_more()
    {
        ScriptedModel model = new(Says(" "), Says("Now."));

        await _desk.AnswerAsync(new ModelAgent(model));

        Assert.Equal("Now.", _desk.Reply.Trim());
        Assert.Equal(["user", "assistant"], _desk.Messages.Select(static message => message.Role.Value));
    }

    [Theory]
    [InlineData("stop", 2, "empty_answer")]
    [InlineData("content_filter", 2, "content_filter")]
    [InlineData("length", 1, "max_tokens")]
    public async Task When_the_model_has_nothing_to_say_the_user_is_told(string finish, int calls, string code)
    {
        int start = RecordedLog.Position;
        ScriptedModel model = new(Ends(new ChatFinishReason(finish)));

        await _desk.AnswerAsync(new ModelAgent(model));

        Assert.Equal((ModelTurn.NoAnswer, calls), (_desk.Reply, model.Requests.Count));
        Assert.Contains(code, RecordedLog.TextSince(start), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_is_cut_off_ends_in_a_mark()
    {
        await _desk.AnswerAsync(new ModelAgent(new ScriptedModel(Ends(ChatFinishReason.Length, new TextContent("Once upon")))));

        Assert.Equal("Once upon […]", _desk.Reply);
    }

    [Fact]
    public async Task What_is_said_before_a_tool_is_a_paragraph_of_the_reply()
    {
        ScriptedModel model = new(Ends(ChatFinishReason.ToolCalls, new TextContent("Let me look."), Call("look", "a")), Says("It is ", "there."));

        Assert.Equal("\n\nIt is there.", await _desk.AnswerAsync(new ModelAgent(model, null, new HandMadeTool("look", () => "x"))));

        Assert.Equal(["Let me look."], _desk.Written);
        Assert.Equal("Let me look.\n\nIt is there.", _desk.Reply);
    }

    [Fact]
    public async Task A_piece_goes_out_before_the_next_one_is_there()
    {
        Channel<string> pieces = Channel.CreateUnbounded<string>();
        ScriptedModel model = new((_, _, _) => Pieces(pieces.Reader));
        pieces.Writer.TryWrite("One ");
        Task<string?> reply = Task.Run(() => _desk.AnswerAsync(new ModelAgent(model)));

        SpinWait.SpinUntil(() => _desk.Written.Contains("One "));
        pieces.Writer.TryWrite("two");
        pieces.Writer.Complete();

        await reply;
        Assert.Equal("One two", _desk.Reply);
    }

    [Fact]
    public async Task A_stream_that_breaks_off_is_an_error()
    {
        ModelException broken = new(new Failure(FailureKind.World, "model_broke_off", "it broke off"));
        ScriptedModel model = new((_, _, _) => Broken(broken));

        Assert.Same(broken, await Assert.ThrowsAsync<ModelException>(() => _desk.AnswerAsync(new ModelAgent(model))));
    }

    [Theory]
    [InlineData(0, new string[0])]
    [InlineData(2, new[] { "question 3", "answer 3", "question 4", "answer 4" })]
    public async Task The_model_sees_the_last_turns(int turns, string[] seen)
    {
        ScriptedModel model = new(Says("Hi"));
        AddTurns(5);

        await _desk.AnswerAsync(new ModelAgent(model, new() { HistoryTurns = turns }));

        Assert.Equal(seen, model.Requests[0].Messages.Skip(1).SkipLast(1).Select(static message => message.Text));
    }

    [Fact]
    public async Task What_has_no_room_goes_the_oldest_turns_first_and_never_half_an_exchange()
    {
        AddTurns(4);
        _desk.Earlier.Add(new Turn("x", DateTimeOffset.UnixEpoch, "", "")
        {
            Messages =
            [
                new ChatMessage(ChatRole.User, "last"),
                new ChatMessage(ChatRole.Tool, [new FunctionResultContent("lost", "?")]),
                new ChatMessage(ChatRole.Assistant, [new TextContent("hm"), Call("look", "a"), Call("look", "open")]),
                new ChatMessage(ChatRole.Tool, [new FunctionResultContent("a", "1")]),
            ],
        });
        ScriptedModel model = new(Throws(TooLong), Throws(TooLong), Says("Hi"));

        await _desk.AnswerAsync(new ModelAgent(model));

        Assert.Equal([13, 7, 5], model.Requests.Select(static request => request.Messages.Count));
        ChatMessage kept = model.Requests[2].Messages[2];
        Assert.Equal("a", kept.Contents.OfType<FunctionCallContent>().Single().CallId);
        Assert.Equal("hm", kept.Text);
        Assert.Equal("Hi", _desk.Reply);
    }

    [Fact]
    public async Task A_message_that_does_not_fit_alone_fails_by_its_own_fault()
    {
        ScriptedModel model = new(Throws(TooLong));
        AddTurns(3);

        Assert.Same(TooLong, await Assert.ThrowsAsync<ModelException>(() => _desk.AnswerAsync(new ModelAgent(model))));
        Assert.Equal(3, model.Requests.Count);
    }

    [Fact]
    public async Task Without_time_for_a_call_the_turn_is_left_with_all_that_was_said_and_goes_on_from_there()
    {
        HandMadeTool tool = new("look", () =>
        {
            _desk.TimeLeft = TimeSpan.FromSeconds(3);
            return "x";
        });
        ScriptedModel model = new(Ends(ChatFinishReason.ToolCalls, new TextContent("Let me look."), Call("look", "a")), Says("There."));
        ModelAgent agent = new(model, new() { LeastTime = TimeSpan.FromDays(1) }, tool);
        _desk.CanContinue = true;
        _desk.TimeLeft = TimeSpan.FromSeconds(100);

        await Assert.ThrowsAsync<UnfinishedTurnException>(() => _desk.AnswerAsync(agent));
        Assert.Empty(model.Requests);
        Assert.Equal("Hello", _desk.Messages.Single().Text);

        _desk.TimeLeft = null;
        _desk.Messages.Add(new ChatMessage(ChatRole.Assistant, [new TextContent("Let me look."), Call("look", "a")]));
        _desk.Messages.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent("a", "x")]));
        ScriptedModel later = new(Says("There."));
        await _desk.AnswerAsync(new ModelAgent(later, null, tool));

        Assert.Equal("Let me look.\n\nThere.", _desk.Reply);
        Assert.Equal(0, tool.Runs);
        Assert.Equal([("a", "x")], ResultsOf(later.Requests.Single().Messages));
        Assert.Equal(["user", "assistant", "tool", "assistant"], _desk.Messages.Select(static message => message.Role.Value));
    }

    [Fact]
    public async Task A_call_that_nobody_has_answered_is_made_when_the_turn_goes_on()
    {
        HandMadeTool tool = new("look", () => "x");
        _desk.Messages.Add(new ChatMessage(ChatRole.User, "Hello"));
        _desk.Messages.Add(new ChatMessage(ChatRole.Assistant, [Call("look", "a"), Call("look", "b")]));
        _desk.Messages.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent("a", "y")]));

        await _desk.AnswerAsync(new ModelAgent(new ScriptedModel(Says("There.")), null, tool));

        Assert.Equal(1, tool.Runs);
        Assert.Equal([("a", "y"), ("b", "x")], ResultsOf(_desk.Messages));
    }

    [Fact]
    public async Task Without_time_and_without_a_store_it_is_the_worlds_failure()
    {
        _desk.TimeLeft = TimeSpan.FromSeconds(4);

        AgentException e = await Assert.ThrowsAsync<AgentException>(() => _desk.AnswerAsync(new ModelAgent(new ScriptedModel(Says("Hi")))));

        Assert.Equal((FailureKind.World, "no_time"), (e.Failure.Kind, e.Failure.Code));
    }

    [Theory]
    [InlineData(true, "Let me look.")]
    [InlineData(false, ModelTurn.NoTime)]
    public async Task After_the_last_time_the_answer_is_what_there_is(bool hasText, string reply)
    {
        _desk.TimeLeft = TimeSpan.FromSeconds(4);
        _desk.Messages.Add(new ChatMessage(ChatRole.User, "Hello"));
        _desk.Messages.Add(new ChatMessage(ChatRole.Assistant, [.. hasText ? [new TextContent("Let me look.")] : Array.Empty<AIContent>(), Call("look", "a")]));
        _desk.Messages.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent("a", "y")]));

        await _desk.AnswerAsync(new ModelAgent(new ScriptedModel(Says("Hi")), null, new HandMadeTool("look", () => 1)));

        Assert.Equal(reply, _desk.Reply);
    }

    [Fact]
    public async Task A_model_that_does_not_answer_in_time_leaves_the_turn_for_later()
    {
        _desk.CanContinue = true;
        _desk.TimeLeft = TimeSpan.FromMilliseconds(50);
        ModelAgent agent = new(new ScriptedModel(Hangs()), new() { LeastTime = TimeSpan.Zero, Reserve = TimeSpan.FromMilliseconds(20) });

        await Assert.ThrowsAsync<UnfinishedTurnException>(() => _desk.AnswerAsync(agent));
    }

    [Fact]
    public async Task A_model_of_ours_that_sees_no_time_for_a_try_leaves_the_turn_for_later()
    {
        _desk.CanContinue = true;
        ModelException noTime = new(new Failure(FailureKind.World, "no_time", "no time"));

        await Assert.ThrowsAsync<UnfinishedTurnException>(() => _desk.AnswerAsync(new ModelAgent(new ScriptedModel(Throws(noTime)))));
    }

    [Fact]
    public async Task A_tool_that_does_not_end_gets_a_result_and_the_turn_is_left_for_later()
    {
        _desk.CanContinue = true;
        _desk.TimeLeft = TimeSpan.FromMilliseconds(500);
        HandMadeTool tool = new("wait", async (_, _) =>
        {
            await Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken);
            return null;
        });
        ModelAgent agent = new(new ScriptedModel(Calls(Call("wait", "a"))), new() { LeastTime = TimeSpan.Zero, Reserve = TimeSpan.FromMilliseconds(20) }, tool);

        await Assert.ThrowsAsync<UnfinishedTurnException>(() => _desk.AnswerAsync(agent));

        Assert.Equal([("a", "Error: the tool did not finish in time.")], ResultsOf(_desk.Messages));
    }

    [Fact]
    public async Task Tokens_are_counted_once_and_every_step_is_told()
    {
        ScriptedModel model = new(Calls(Call("look", "a"), Call("bad", "b")), Says("Hi"));

        HandMadeTool bad = new("bad", static () => throw new FormatException());
        await _desk.AnswerAsync(new ModelAgent(model, null, new HandMadeTool("look", () => 1), bad));

        Assert.Equal((20, 6), _desk.Usage);
        Assert.Equal(
            ["Model scripted:one  10 3", "Model scripted:one  10 3", "Tool bad tool_failed 0 0", "Tool look  0 0"],
            _steps.Select(static step => $"{step.Kind} {step.Name} {step.ErrorCode} {step.InputTokens} {step.OutputTokens}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Debug_txt_has_a_line_for_each_call_tool_and_retry_and_no_texts()
    {
        ScriptedModel model = new(
            (request, options, token) =>
            {
                ((ModelOptions)options).OnRetry!(new ModelRetry("429", TimeSpan.FromSeconds(1)));
                return Calls(Call("look", "call_1", """{"where":"secret place"}"""))(request, options, token);
            },
            Throws(TooLong),
            Says("a secret"));
        AddTurns(1);
        _desk.Kept[DebugFile.Name] = "before\n";

        await _desk.AnswerAsync(new ModelAgent(model, null, new HandMadeTool("look", () => "secret result")), "my secret");

        string[] lines = _desk.Kept[DebugFile.Name].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("before", lines[0]);
        Assert.Collection(
            lines[1..],
            static line => Assert.Matches(@"^\S+Z message=m1 retry code=429 wait_ms=1000$", line),
            static line => Assert.Matches(@"^\S+Z message=m1 model name=scripted:one ms=\d+ messages=4 input=10 output=3 calls=1 code=tool_calls$", line),
            static line => Assert.Matches(@"^\S+Z message=m1 tool name=look call=call_1 ms=\d+ characters=13 code=ok$", line),
            static line => Assert.Matches(@" model name=scripted:one .* code=context_too_long$", line),
            static line => Assert.Matches(@" retry code=context_too_long turns=0$", line),
            static line => Assert.Matches(@" model name=scripted:one .* code=stop$", line));
        Assert.DoesNotContain("secret", _desk.Kept[DebugFile.Name], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Debug_txt_forgets_its_oldest_lines()
    {
        _desk.Kept[DebugFile.Name] = string.Concat(Enumerable.Repeat($"{new string('x', 99)}\n", 3000));

        await _desk.AnswerAsync(new ModelAgent(new ScriptedModel(Says("Hi"))));

        string file = _desk.Kept[DebugFile.Name];
        Assert.InRange(Encoding.UTF8.GetByteCount(file), 250_000, 256 * 1024);
        Assert.Equal(99, file.IndexOf('\n', StringComparison.Ordinal));
        Assert.EndsWith("code=stop\n", file, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Typing_is_shown_at_once_and_every_four_seconds_and_not_after_the_reply()
    {
        TestClock clock = new();
        TaskCompletionSource third = new();
        _desk.OnTyping = () =>
        {
            if (_desk.ShownTyping == 3)
            {
                third.SetResult();
            }
        };
        ModelAgent agent = new(new ScriptedModel((_, _, _) => After(third.Task))) { Clock = clock };

        await _desk.AnswerAsync(agent);

        int shown = _desk.ShownTyping;
        Assert.InRange(shown, 3, int.MaxValue);
        Assert.All(clock.PauseSeconds, static pause => Assert.Equal(4, pause));
        await Task.Yield();
        Assert.Equal(shown, _desk.ShownTyping);
    }

    [Fact]
    public async Task Attachments_are_read_as_far_as_a_model_can_take_them_and_named_where_it_cannot()
    {
        ScriptedModel model = new(Says("Hi"));
        byte[] png = [0x89, (byte)'P', (byte)'N', (byte)'G', 1];
        Attachment unreadable = new("b.png", "image/*", 5, static (_, _) => throw new ConversationException(
            new Failure(FailureKind.Own, "attachments_unsupported", "no")));

        await _desk.AnswerAsync(
            new ModelAgent(model),
            null,
            [
                new Attachment("a", "image/*", png), unreadable, new Attachment("c.pdf", "application/pdf", "%PDF"u8.ToArray()),
                new Attachment("d.txt", "text/plain; charset=utf-8", "tea"u8.ToArray()), new Attachment("e.mp3", "audio/mpeg", png),
                new Attachment("f.png", "image/png", new byte[UserMessage.LargestImage + 1]), new Attachment("g.png", "image/png", "not one"u8.ToArray()),
            ]);

        Assert.Equal(
            [
                "image/png 5", "[Attachment b.png (image/*): one that cannot be read here.]", "application/pdf 4", "[Attachment d.txt:]\ntea",
                "[Attachment e.mp3 (audio/mpeg): of a kind that cannot be read here.]", "[Attachment f.png (image/png): too large to be read here.]",
                "[Attachment g.png (image/png): an image of a kind that cannot be read here.]",
            ],
            model.Requests[0].Messages[1].Contents.Select(static content =>
                content is DataContent data ? $"{data.MediaType} {data.Data.Length}" : ((TextContent)content).Text));
    }

    [Fact]
    public async Task An_attachment_that_cannot_be_read_now_is_read_at_the_next_try()
    {
        Attachment away = new("a.pdf", "application/pdf", 5, static (_, _) => throw new ConversationException(new Failure(FailureKind.World, "away", "away")));

        await Assert.ThrowsAsync<ConversationException>(() => _desk.AnswerAsync(new ModelAgent(new ScriptedModel(Says("Hi"))), "x", [away]));
        Assert.Empty(_desk.Messages);
    }

    [Fact]
    public void Two_tools_of_one_name_and_a_name_that_no_provider_takes_are_errors()
    {
        ScriptedModel model = new(Says("Hi"));
        HandMadeTool tool = new("look", () => 1);

        ArgumentException twice = Assert.Throws<ArgumentException>(() => new ModelAgent(model, null, tool, tool));
        Assert.Contains("Two tools are called look", twice.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new ModelAgent(model, null, new HandMadeTool("a b", () => 1)));
        Assert.Throws<ArgumentException>(() => new ModelAgent(model, null, new HandMadeTool(new string('x', 65), () => 1)));
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> Pieces(ChannelReader<string> pieces)
    {
        await foreach (string piece in pieces.ReadAllAsync())
        {
            yield return new ChatResponseUpdate(ChatRole.Assistant, piece);
        }
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> Broken(Exception e)
    {
        yield return new ChatResponseUpdate(ChatRole.Assistant, "half");
        await Task.Yield();
        throw e;
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> After(Task task)
    {
        await task;
        yield return new ChatResponseUpdate(ChatRole.Assistant, "Hi");
    }

    private static IEnumerable<(string Id, string Text)> ResultsOf(IEnumerable<ChatMessage> messages) => messages
        .SelectMany(static message => message.Contents.OfType<FunctionResultContent>())
        .Select(static result => (result.CallId, (string)result.Result!));

    private void AddTurns(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _desk.Earlier.Add(new Turn($"t{i}", DateTimeOffset.UnixEpoch, $"question {i}", $"answer {i}"));
        }
    }
}
