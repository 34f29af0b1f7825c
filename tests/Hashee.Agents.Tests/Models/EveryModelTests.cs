using Hashee.Agents.Models;
using Hashee.Emulator.Models;
using Hashee.Host;
using Hashee.Testing;
using Microsoft.Extensions.AI;
using static Hashee.Agents.Tests.Models.ModelTest;

namespace Hashee.Agents.Tests.Models;

/// <summary>What is the same for all three providers, against a model that refuses what the real ones refuse.</summary>
public sealed class EveryModelTests
{
    private static readonly ModelCall Weather = new("call_1", "weather", """{"city":"Zürich \ud83d\ude00","days":[1,2]}""");

    public static TheoryData<string> Providers => ["openai", "anthropic", "bedrock"];

    private static ModelOptions AMinute => new() { Deadline = Deadline.After(TimeSpan.FromMinutes(1)) };

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_conversation_with_tools_goes_on_to_its_answer(string provider)
    {
        foreach (bool isStreamed in (bool[])[false, true])
        {
            ModelCall time = new("call_2", "time", "{}");
            await using ScriptedModel script = await ScriptedModel.StartAsync(
                new ModelAnswer { Texts = ["Let me ", "see."], Calls = [Weather, time], InputTokens = 20, OutputTokens = 7 },
                ModelAnswer.Says("It ", "is ", "sunny."));
            using ModelClient model = New(script, provider);
            ChatOptions options = new() { Instructions = "Be short.", MaxOutputTokens = 100, Temperature = 0.5f, Tools = [Tool("weather"), Tool("time")] };
            List<ChatMessage> messages = [.. Says("What is the weather?")];

            ChatResponse calls = await AskAsync(model, messages, options, isStreamed);
            messages.AddRange(calls.Messages);
            messages.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent("call_1", "sunny"), new FunctionResultContent("call_2", "noon")]));
            ChatResponse answer = await AskAsync(model, messages, options, isStreamed);

            Assert.Equal("Let me see. weather#call_1(city=Zürich 😀,days=[1,2]) time#call_2() [tool_calls] 20+7", Show(calls));
            Assert.Equal("It is sunny. [stop] 10+5", Show(answer));
            Assert.Empty(script.Refusals.Entries);
            Assert.All(
                script.Requests.Entries,
                request => Assert.Equal((provider, "scripted", isStreamed), (request.Provider, request.Model, request.IsStreamed)));
        }
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Every_history_that_an_agent_may_have_is_taken(string provider)
    {
        await using ScriptedModel script = await ScriptedModel.StartAsync();
        using ModelClient model = New(script, provider);
        FunctionCallContent unreadable = new("b", "weather") { Exception = new InvalidOperationException() };
        ChatMessage[] messages =
        [
            new(ChatRole.Assistant, "I begin."),
            new(ChatRole.User, [new DataContent("%PDF"u8.ToArray(), "application/pdf") { Name = "a/b.pdf" }]),
            new(ChatRole.Assistant, [new TextReasoningContent("unsigned"), new TextContent(" "), new FunctionCallContent("a", "weather"), unreadable]),
            new(ChatRole.Tool, [new FunctionResultContent("a", "")]),
            new(ChatRole.Tool, [new FunctionResultContent("b", null) { Exception = new InvalidOperationException() }]),
            new(ChatRole.User, "one"),
            new(ChatRole.User, "two"),
            new(ChatRole.Assistant, "half"),
            new(ChatRole.Assistant, "done"),
            new(ChatRole.User, "lone \ud83d surrogate"),
        ];
        foreach (ChatOptions options in (ChatOptions[])
            [
                new() { Tools = [Tool("weather")] },
                new() { Tools = [Tool("weather")], ToolMode = ChatToolMode.None },
                new() { Tools = [Tool("weather")], ToolMode = ChatToolMode.RequireAny, AllowMultipleToolCalls = false },
                new() { Tools = [Tool("weather", "true")], ToolMode = ChatToolMode.RequireSpecific("weather"), AllowMultipleToolCalls = true },
                new(),
            ])
        {
            Assert.Equal("You said: lone \ufffd surrogate", (await model.GetResponseAsync(messages, options, Token)).Text);
        }

        Assert.Empty(script.Refusals.Entries);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task What_has_no_form_is_a_failure_of_the_messages_own(string provider)
    {
        await using ScriptedModel script = await ScriptedModel.StartAsync();
        using ModelClient model = New(script, provider);
        AIContent[] contents =
        [
            new DataContent(new byte[1], "video/mp4"),
            new DataContent(new byte[1], $"secret/{new string('x', 60)}"),
            new UriContent("ftp://x.example/a.png", "image/png"),
            new HostedFileContent("file"),
        ];
        foreach (AIContent content in contents)
        {
            ModelException failure = await FailAsync(model, [new ChatMessage(ChatRole.User, [content])]);

            Assert.Equal((FailureKind.Own, "model_input"), (failure.Failure.Kind, failure.Failure.Code));
            Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
        }

        Assert.Equal("model_input", (await FailAsync(model, options: new ChatOptions { Tools = [new HostedWebSearchTool()] })).Failure.Code);
        Assert.Empty(script.Requests.Entries);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Arguments_that_are_no_object_are_the_calls_exception(string provider)
    {
        foreach (string arguments in (string[])["[1]", "\"text\"", "{\"a\":1} {}"])
        {
            await using ScriptedModel script = await ScriptedModel.StartAsync(
                ModelAnswer.CallsTools(Weather with { Arguments = arguments }), ModelAnswer.CallsTools(Weather with { Arguments = arguments }));
            using ModelClient model = New(script, provider);
            ChatOptions options = new() { Tools = [Tool("weather")] };

            string expected = "weather#call_1(!) [tool_calls] 10+5";
            Assert.Equal(expected, Show(await AskAsync(model, Says("x"), options, isStreamed: true)));
            Assert.Equal(expected, Show(await AskAsync(model, Says("x"), options, isStreamed: false)));
        }
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Why_an_answer_ends_is_told(string provider)
    {
        ModelAnswer cut = new() { Texts = ["a"], Stop = ModelStop.Length };
        ModelAnswer filtered = new() { Texts = ["a"], Stop = ModelStop.Filtered };
        await using ScriptedModel script = await ScriptedModel.StartAsync(cut, cut, filtered, filtered, new ModelAnswer(), new ModelAnswer());
        using ModelClient model = New(script, provider);

        List<string> shown = [];
        for (int i = 0; i < 6; i++)
        {
            shown.Add(Show(await AskAsync(model, Says("x"), null, isStreamed: i % 2 == 0)));
        }

        Assert.Equal(
            ["a [length] 10+5", "a [length] 10+5", "a [content_filter] 10+5", "a [content_filter] 10+5", " [stop] 10+5", " [stop] 10+5"], shown);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task What_may_pass_is_tried_again_and_told_each_time(string provider)
    {
        foreach (bool isStreamed in (bool[])[false, true])
        {
            await using ScriptedModel script = await ScriptedModel.StartAsync(
                ModelAnswer.Fails(429), ModelAnswer.Fails(500), ModelAnswer.Fails(529, retryAfter: "7"), ModelAnswer.Says("done"));
            TestClock clock = new();
            using ModelClient model = New(script, provider, clock);
            List<ModelRetry> retries = [];
            int position = RecordedLog.Position;

            ChatResponse response = await AskAsync(
                model, Says("a secret"), new ModelOptions { Deadline = Deadline.After(TimeSpan.FromMinutes(1)), OnRetry = retries.Add }, isStreamed);

            Assert.Equal("done", response.Text);
            Assert.Equal(["429", "500", "529"], retries.Select(static retry => retry.Code));
            Assert.Equal(retries.Select(static retry => retry.Wait), clock.Pauses);
            Assert.InRange(retries[0].Wait.TotalSeconds, 0.375, 0.625);
            Assert.InRange(retries[1].Wait.TotalSeconds, 0.75, 1.25);
            Assert.Equal(7, retries[2].Wait.TotalSeconds);
            string log = RecordedLog.TextSince(position);
            Assert.Equal(3, RecordedLog.Since(position).Length);
            Assert.Contains($"\"model\":\"{provider}:scripted\"", log, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", log, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Three_times_is_enough(string provider)
    {
        await using ScriptedModel script = await ScriptedModel.StartAsync([.. Enumerable.Repeat(ModelAnswer.Fails(503), 5)]);
        TestClock clock = new();
        using ModelClient model = New(script, provider, clock);

        ModelException failure = await FailAsync(model);

        Assert.Equal(FailureKind.World, failure.Failure.Kind);
        Assert.Contains($"{provider}:scripted answered 503", failure.Message, StringComparison.Ordinal);
        Assert.Equal((3, 1), (clock.Pauses.Count, script.AnswersLeft));
        Assert.InRange(clock.Pauses[2].TotalSeconds, 1.5, 2.5);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_wait_that_would_not_end_in_time_is_not_begun(string provider)
    {
        await using ScriptedModel script = await ScriptedModel.StartAsync(
            ModelAnswer.Fails(429, retryAfter: "3600"), ModelAnswer.Fails(429, retryAfter: "61"), ModelAnswer.Fails(429, retryAfter: "3601"));
        TestClock clock = new();
        using ModelClient model = New(script, provider, clock);

        Assert.Equal(TimeSpan.FromHours(1), (await FailAsync(model, options: AMinute)).Failure.Wait);
        Assert.Equal(TimeSpan.FromSeconds(61), (await FailAsync(model, options: AMinute)).Failure.Wait);
        Assert.Equal(TimeSpan.FromSeconds(3601), (await FailAsync(model)).Failure.Wait);
        Assert.Empty(clock.Pauses);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Nothing_is_asked_behind_the_deadline(string provider)
    {
        await using ScriptedModel script = await ScriptedModel.StartAsync();
        using ModelClient model = New(script, provider);

        ModelException failure = await FailAsync(model, options: new ModelOptions { Deadline = Deadline.After(TimeSpan.Zero) });

        Assert.Equal((FailureKind.World, "no_time"), (failure.Failure.Kind, failure.Failure.Code));
        Assert.Empty(script.Requests.Entries);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task An_answer_that_comes_too_late_is_no_answer(string provider)
    {
        await using ScriptedModel script = await ScriptedModel.StartAsync(
            new ModelAnswer { Before = static (_, gone) => Task.Delay(Timeout.Infinite, gone) },
            new ModelAnswer { Texts = ["a"], Before = static (number, gone) => number < 3 ? Task.CompletedTask : Task.Delay(Timeout.Infinite, gone) });
        using ModelClient model = New(script, provider);
        static ModelOptions Soon() => new() { Deadline = Deadline.After(TimeSpan.FromSeconds(0.3)) };

        Assert.Equal("no_time", (await FailAsync(model, options: Soon())).Failure.Code);
        Assert.Equal("no_time", (await ReadAsync(model, Says("x"), Soon())).Failure!.Failure.Code);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_token_ends_a_question_at_once(string provider)
    {
        using CancellationTokenSource end = new();
        await using ScriptedModel script = await ScriptedModel.StartAsync(new ModelAnswer
        {
            Before = (_, gone) =>
            {
                end.Cancel();
                return Task.Delay(Timeout.Infinite, gone);
            },
        });
        using ModelClient model = New(script, provider);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => model.GetResponseAsync(Says("x"), AMinute, end.Token));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_refusal_is_final_and_its_code_is_told_if_it_looks_like_one(string provider)
    {
        await using ScriptedModel script = await ScriptedModel.StartAsync(
            ModelAnswer.Fails(400, "some_code", message: "a secret"), ModelAnswer.Fails(404, "a secret!"), ModelAnswer.Fails(422, new string('x', 65)));
        TestClock clock = new();
        using ModelClient model = New(script, provider, clock);

        Failure refusal = (await FailAsync(model)).Failure;
        Failure unnamed = (await FailAsync(model)).Failure;

        Assert.Equal((FailureKind.Own, "some_code", $"{provider}:scripted answered 400 some_code"), (refusal.Kind, refusal.Code, refusal.Reason));
        Assert.Equal((FailureKind.Own, "model_404", $"{provider}:scripted answered 404"), (unnamed.Kind, unnamed.Code, unnamed.Reason));
        Assert.Equal("model_422", (await FailAsync(model)).Failure.Code);
        Assert.Empty(clock.Pauses);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_wrong_key_is_the_worlds_failure(string provider)
    {
        await using ScriptedModel script = await ScriptedModel.StartAsync(ModelAnswer.Fails(401), ModelAnswer.Fails(403));
        await using ScriptedModel other = await ScriptedModel.StartAsync();
        using ModelClient model = New(script, provider);
        using ModelClient wrong = provider switch
        {
            "openai" => new OpenAIModel("scripted", "other", ModelServer.UrlOf($"{script.Origin}v1")),
            "anthropic" => new AnthropicModel("scripted", "other", ModelServer.UrlOf($"{script.Origin}")),
            _ => new BedrockModel("scripted", Bedrock(script.Origin, other.Account)),
        };

        foreach (ModelClient asked in (ModelClient[])[model, model, wrong])
        {
            Failure failure = (await FailAsync(asked)).Failure;
            Assert.Equal(FailureKind.World, failure.Kind);
            Assert.Contains("look at its key", failure.Reason, StringComparison.Ordinal);
        }

        Assert.Single(script.Refusals.Entries);
    }

    [Theory]
    [InlineData("openai", 400, "context_length_exceeded", "x")]
    [InlineData("openai", 400, null, "This model's maximum context length is 4097 tokens. However, you requested 4295 tokens")]
    [InlineData("anthropic", 400, null, "prompt is too long: 210266 tokens > 200000 maximum")]
    [InlineData("anthropic", 400, null, "input length and `max_tokens` exceed context limit: 196000 + 8192 > 200000")]
    [InlineData("anthropic", 413, "request_too_large", "Request exceeds the maximum allowed number of bytes.")]
    [InlineData("bedrock", 400, null, "Input is too long for requested model.")]
    [InlineData("bedrock", 400, null, "The model returned the following errors: prompt is too long: 200049 tokens > 200000 maximum")]
    [InlineData("bedrock", 400, null, "Too many input tokens. Max input tokens: 8192, request input token count: 9000")]
    public async Task A_request_that_is_too_long_has_one_code(string provider, int status, string? code, string message)
    {
        ModelAnswer inStream = new() { StreamError = provider == "bedrock" ? "validationException" : code ?? "invalid_request_error", Message = message };
        await using ScriptedModel script = await ScriptedModel.StartAsync(ModelAnswer.Fails(status, code, message: message), inStream);
        using ModelClient model = New(script, provider);

        foreach (ModelException failure in (ModelException[])[await FailAsync(model), (await ReadAsync(model, Says("x"))).Failure!])
        {
            Assert.Equal((FailureKind.Own, ModelException.ContextTooLong), (failure.Failure.Kind, failure.Failure.Code));
        }
    }

    [Theory]
    [InlineData("openai", "server_error")]
    [InlineData("anthropic", "overloaded_error")]
    [InlineData("bedrock", "throttlingException")]
    public async Task A_stream_that_fails_is_tried_again_until_a_piece_was_handed_out(string provider, string code)
    {
        await using ScriptedModel script = await ScriptedModel.StartAsync(
            new ModelAnswer { StreamError = code }, ModelAnswer.Says("done"), new ModelAnswer { Texts = ["a"], StreamError = code }, ModelAnswer.Says("never"));
        using ModelClient model = New(script, provider);

        (List<ChatResponseUpdate> whole, ModelException? none) = await ReadAsync(model, Says("x"));
        (List<ChatResponseUpdate> broken, ModelException? failure) = await ReadAsync(model, Says("x"));

        Assert.Equal(("done", null), (whole.ToChatResponse().Text, none));
        Assert.Equal(("a", FailureKind.World, code), (broken.ToChatResponse().Text, failure!.Failure.Kind, failure.Failure.Code));
        Assert.Equal(1, script.AnswersLeft);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task An_answer_that_is_cut_anywhere_is_an_error(string provider)
    {
        ModelAnswer answer = new() { Texts = ["Let me ", "see."], Calls = [Weather] };
        await using ScriptedModel script = await ScriptedModel.StartAsync();
        using ModelClient model = New(script, provider);
        foreach (bool isStreamed in (bool[])[false, true])
        {
            int length = await LengthOfAsync(script, model, answer, isStreamed);
            for (int count = 1; count < length; count += isStreamed ? 3 : 17)
            {
                // Where no piece was handed out it is tried again, and twice where the connection was a kept one.
                script.WillAnswer([.. Enumerable.Repeat(answer with { CutAfter = count }, 10)]);

                ModelException failure = isStreamed ? (await ReadAsync(model, Says("x"))).Failure! : await FailAsync(model);

                Assert.True(failure is not null, $"An answer cut behind {count} of {length} bytes is taken for whole.");
                Assert.Equal((FailureKind.World, "model_unreachable"), (failure.Failure.Kind, failure.Failure.Code));
                script.Forget();
            }
        }
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_piece_is_handed_out_before_the_next_is_sent(string provider)
    {
        using SemaphoreSlim isRead = new(0);
        int events = provider == "anthropic" ? 3 : 1;
        await using ScriptedModel script = await ScriptedModel.StartAsync(new ModelAnswer
        {
            Texts = ["a", "b"],
            Before = (number, gone) => number > events && number <= events + 2 ? isRead.WaitAsync(gone) : Task.CompletedTask,
        });
        using ModelClient model = New(script, provider);
        List<string> texts = [];
        await foreach (ChatResponseUpdate piece in model.GetStreamingResponseAsync(Says("x"), AMinute, Token))
        {
            texts.Add(piece.Text);
            isRead.Release();
        }

        Assert.Equal(["a", "b", ""], texts);
    }

    [Theory]
    [InlineData("openai", "<html>")]
    [InlineData("openai", "{}")]
    [InlineData("openai", "[]")]
    [InlineData("openai", """{"choices":[]}""")]
    [InlineData("openai", """{"choices":[{"message":7}]}""")]
    [InlineData("openai", """{"choices":[{"message":{"content":["x"]}}]}""")]
    [InlineData("openai", """{"choices":[{"message":{"tool_calls":[{"function":{"name":"x"}}]}}]}""")]
    [InlineData("openai", """{"\ud800":1}""")]
    [InlineData("anthropic", "<html>")]
    [InlineData("anthropic", "{}")]
    [InlineData("anthropic", """{"content":"x"}""")]
    [InlineData("anthropic", """{"content":[{"type":"tool_use","name":"x","input":{}}]}""")]
    [InlineData("anthropic", """{"content":[1]}""")]
    [InlineData("bedrock", "{}")]
    [InlineData("bedrock", """{"output":{"message":{"content":7}}}""")]
    [InlineData("bedrock", """{"output":{"message":{"content":[{"toolUse":{"name":"x"}}]}}}""")]
    public async Task A_malformed_answer_is_an_error_that_quotes_nothing(string provider, string garbage)
    {
        await using ScriptedModel script = await ScriptedModel.StartAsync(new ModelAnswer { Garbage = garbage });
        using ModelClient model = New(script, provider);

        ModelException failure = await FailAsync(model);

        Assert.Equal((FailureKind.World, "model_malformed"), (failure.Failure.Kind, failure.Failure.Code));
        Assert.DoesNotContain("html", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("openai", "data: <html>\n\n")]
    [InlineData("openai", "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{}\"}}]}}]}\n\ndata: [DONE]\n\n")]
    [InlineData("anthropic", "event: content_block_delta\ndata: <html>\n\n")]
    [InlineData("anthropic", "event: content_block_delta\ndata: {\"delta\":{\"partial_json\":\"{}\"}}\n\nevent: content_block_stop\ndata: {}\n\n")]
    public async Task A_malformed_event_is_an_error(string provider, string garbage)
    {
        await using ScriptedModel script = await ScriptedModel.StartAsync(new ModelAnswer { Garbage = garbage });
        using ModelClient model = New(script, provider);

        Assert.Equal("model_malformed", (await ReadAsync(model, Says("x"))).Failure!.Failure.Code);
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    public async Task A_line_without_end_and_an_answer_without_end_are_errors(string provider)
    {
        string many = string.Concat(Enumerable.Repeat($"event: content_block_delta\ndata: {{\"x\":\"{new string('x', 1_000_000)}\"}}\n\n", 17));
        ModelAnswer[] answers =
        [
            new() { Garbage = $"data: {new string('x', 5_000_000)}" },
            new() { Garbage = many },
            new() { Garbage = $"{{\"x\":\"{new string('x', 17_000_000)}\"}}" },
        ];
        await using ScriptedModel script = await ScriptedModel.StartAsync(answers);
        using ModelClient model = New(script, provider);

        Assert.Equal("model_malformed", (await ReadAsync(model, Says("x"))).Failure!.Failure.Code);
        Assert.Equal("model_malformed", (await ReadAsync(model, Says("x"))).Failure!.Failure.Code);
        Assert.Equal("model_malformed", (await FailAsync(model)).Failure.Code);
        Assert.Equal(0, script.AnswersLeft);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_connection_that_breaks_is_tried_again(string provider)
    {
        int requests = 0;
        using ModelServer server = new(connection =>
        {
            requests++;
            connection.Abort();
        });
        using ModelClient model = New(server, provider);

        ModelException failure = await FailAsync(model);

        Assert.Equal((FailureKind.World, "model_unreachable", 4), (failure.Failure.Kind, failure.Failure.Code, requests));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_connection_that_was_opened_ahead_is_used(string provider)
    {
        using ModelServer server = new(ModelServer.Json("""{"choices":[{"message":{}}],"content":[],"output":{"message":{"content":[]}}}"""));
        using ModelClient model = New(server, provider);
        model.Connect(TimeSpan.FromSeconds(10));

        await model.GetResponseAsync(Says("x"), AMinute, Token);
        await model.GetResponseAsync(Says("x"), AMinute, Token);

        Assert.Equal((1, 2), (server.Connections, server.Requests.Count));
    }

    [Fact]
    public void A_client_says_what_it_is()
    {
        using EchoModel echo = new();

        Assert.Equal(("echo", "echo"), (echo.GetService<ChatClientMetadata>()!.ProviderName, echo.GetService<ChatClientMetadata>()!.DefaultModelId));
        Assert.Same(echo, echo.GetService<ModelClient>());
        Assert.Null(echo.GetService<IList<int>>());
        Assert.Null(echo.GetService<ModelClient>("key"));
    }

    private static async Task<ChatResponse> AskAsync(ModelClient model, IEnumerable<ChatMessage> messages, ChatOptions? options, bool isStreamed)
    {
        if (!isStreamed)
        {
            return await model.GetResponseAsync(messages, options, Token);
        }

        (List<ChatResponseUpdate> pieces, ModelException? failure) = await ReadAsync(model, messages, options);
        return failure is null ? pieces.ToChatResponse() : throw failure;
    }

    /// <summary>How long an answer is on the wire: the count behind which nothing is cut off.</summary>
    private static async Task<int> LengthOfAsync(ScriptedModel script, ModelClient model, ModelAnswer answer, bool isStreamed)
    {
        script.WillAnswer(answer);
        await AskAsync(model, Says("x"), null, isStreamed);
        return script.Requests.Entries[^1].AnswerLength;
    }
}
