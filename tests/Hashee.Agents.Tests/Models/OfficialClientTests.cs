using System.Text.Json;
using System.Text.Json.Nodes;
using Hashee.Agents.Models;
using Hashee.Emulator.Models;
using Hashee.Testing.Servers;
using Microsoft.Extensions.AI;
using static Hashee.Agents.Tests.Models.ModelTest;

namespace Hashee.Agents.Tests.Models;

/// <summary>The clients that OpenAI and Anthropic publish, as judges of what these ask, of what they take, and of what the scripted model answers.</summary>
public sealed class OfficialClientTests : IDisposable
{
    private const string System = "Be short.";
    private const string Text = "What is the weather in \"Zürich\" 😀?";
    private const int MaxTokens = 100;

    private static readonly ModelCall Weather = new("call_1", "weather", """{"city":"Zürich","days":[1,2.5,true,null],"deep":{"a":"\ud83d\ude00"}}""");
    private static readonly ModelCall Time = new("call_2", "time", "{}");

    private readonly NodeProgram _judge = new("models");

    public static TheoryData<string, bool> Kinds => new() { { "openai", false }, { "openai", true }, { "anthropic", false }, { "anthropic", true } };

    public void Dispose() => _judge.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Answers_are_taken_with_the_same_result(string provider, bool isStreamed)
    {
        ModelAnswer[] answers =
        [
            ModelAnswer.Says("Hello, ", "\"Zürich\" ", "😀\n", "\u2028"),
            new() { Texts = ["Let me see."], Calls = [Weather] },
            ModelAnswer.CallsTools(Weather, Time, Weather with { Id = "call_3" }),
            new() { Texts = ["cut o"], Stop = ModelStop.Length, InputTokens = 0, OutputTokens = 100 },
            new() { Texts = ["no"], Stop = ModelStop.Filtered },
        ];
        foreach (ModelAnswer answer in answers)
        {
            await using ScriptedModel script = await ScriptedModel.StartAsync(answer, answer);

            await CompareAsync(script, provider, isStreamed);

            Assert.Equal((0, 0), (script.AnswersLeft, script.Refusals.Entries.Count));
        }
    }

    [Theory]
    [InlineData("openai", "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"a\"},\"index\":0,\"finish_reason\":\"stop\"}]}\n\n")]
    [InlineData("openai", ": hello\r\n\r\ndata:{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"a\"}}],\"x\":{\"y\":[1]}}\r\n\r\n"
        + "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":null},\"finish_reason\":\"length\"}]}\r\n\r\ndata: [DONE]\r\n\r\n")]
    [InlineData("openai", "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"type\":\"function\","
        + "\"function\":{\"name\":\"weather\",\"arguments\":\"{\\\"city\\\":1}\"}}]},\"finish_reason\":\"tool_calls\"}]}\n\n"
        + "data: [DONE]\n\n")]
    [InlineData("anthropic", "event: message_start\n"
        + "data: {\"type\":\"message_start\",\"message\":{\"content\":[],\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}\n\n"
        + "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"a\"}}\n\n"
        + "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"b\"}}\n\n"
        + "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
        + "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"stop_sequence\"},\"usage\":{\"output_tokens\":7}}\n\n"
        + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n")]
    public async Task Streams_of_other_servers_are_taken_with_the_same_result(string provider, string stream)
    {
        ModelAnswer answer = new() { Garbage = stream };
        await using ScriptedModel script = await ScriptedModel.StartAsync(answer, answer);

        await CompareAsync(script, provider, isStreamed: true);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_conversation_in_which_tools_are_run_is_asked_for_alike(string provider, bool isStreamed)
    {
        ModelAnswer[] answers = [new() { Texts = ["Let me see."], Calls = [Weather, Time] }, ModelAnswer.Says("Sunny.")];
        await using ScriptedModel script = await ScriptedModel.StartAsync([.. answers, .. answers]);
        using ModelClient model = New(script, provider);
        List<ChatMessage> messages = [new(ChatRole.User, Text)];

        JsonNode judged = Ask(script, provider, isStreamed, new JsonObject { ["weather"] = "sunny \"é\"", ["time"] = "noon" });
        ChatResponse calls = await AskAsync(model, messages, isStreamed);
        messages.AddRange(calls.Messages);
        messages.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent("call_1", "sunny \"é\""), new FunctionResultContent("call_2", "noon")]));
        ChatResponse answer = await AskAsync(model, messages, isStreamed);

        Assert.True(JsonNode.DeepEquals(judged, Show(answer)), judged.ToJsonString());
        JsonObject[] bodies = [.. script.Requests.Entries.Select(static request => request.Body)];
        Assert.Equal(4, bodies.Length);
        Assert.Equal(
            (string.Join('\n', Differences(provider, isStreamed, isFirst: true)), string.Join('\n', Differences(provider, isStreamed, isFirst: false))),
            (string.Join('\n', Compare(bodies[0], bodies[2])), string.Join('\n', Compare(bodies[1], bodies[3]))));
    }

    /// <summary>
    /// Two differences: Anthropic's client sends its key as a bearer token, the API's reference wants <c>x-api-key</c>; and it speaks a version of the API that
    /// is a month old, ours the one that every server knows.
    /// </summary>
    [Theory]
    [InlineData("openai", "authorization", "content-type")]
    [InlineData("anthropic", "anthropic-version", "content-type", "x-api-key")]
    public async Task What_lets_a_request_in_stands_in_the_same_headers(string provider, params string[] expected)
    {
        await using ScriptedModel script = await ScriptedModel.StartAsync();
        using ModelClient model = New(script, provider);

        Ask(script, provider, isStreamed: false);
        await AskAsync(model, [new(ChatRole.User, Text)], isStreamed: false);

        IReadOnlyDictionary<string, string>[] headers = [.. script.Requests.Entries.Select(static request => request.Headers)];
        string[] left = ["accept", "connection", "content-length", "host", "user-agent"];
        string[] ours = [.. headers[1].Keys.Select(static name => name.ToLowerInvariant()).Except(left).Order(StringComparer.Ordinal)];
        Assert.Equal(expected, ours);
        Assert.All(ours.Where(static name => name is not ("x-api-key" or "anthropic-version")), name => Assert.Equal(headers[0][name], headers[1][name]));
        Assert.Equal($"Bearer {script.Key}", headers[0]["authorization"]);
        Assert.Equal(provider == "anthropic" ? script.Key : null, headers[1].GetValueOrDefault("x-api-key"));
    }

    [Fact]
    public async Task A_stream_that_the_official_clients_refuse_is_refused()
    {
        foreach ((string provider, bool _) in Kinds.Select(static kind => kind.Data))
        {
            ModelAnswer answer = new() { Texts = ["a", "b"], CutAfter = 450 };
            await using ScriptedModel script = await ScriptedModel.StartAsync([.. Enumerable.Repeat(answer, 10)]);
            using ModelClient model = New(script, provider);

            JsonNode judged = Ask(script, provider, isStreamed: true);
            Assert.True(judged["error"] is not null, $"{provider} {judged.ToJsonString()}");
            Assert.NotNull((await ReadAsync(model, Says("x"))).Failure);
        }
    }

    /// <summary>All that the official client's request and ours differ in, and why that is right.</summary>
    private static string[] Differences(string provider, bool isStreamed, bool isFirst) => (provider, isStreamed, isFirst) switch
    {
        // Running tools, its client says "auto", which is the default.
        ("openai", true, _) => ["tool_choice: \"auto\" / missing"],
        ("openai", false, _) => ["stream: false / missing", "tool_choice: \"auto\" / missing"],

        // What comes back is what came, also what says nothing; a stream does not have that.
        ("anthropic", false, false) => ["messages[1].content[0].citations: null / missing"],
        _ => [],
    };

    private static List<string> Compare(JsonNode? theirs, JsonNode? ours, string path = "")
    {
        switch (theirs, ours)
        {
            case (JsonObject left, JsonObject right):
                List<string> members = [];
                foreach (string name in left.Select(static member => member.Key).Union(right.Select(static member => member.Key)).Order(StringComparer.Ordinal))
                {
                    string member = path.Length == 0 ? name : $"{path}.{name}";
                    members.AddRange(left.ContainsKey(name) && right.ContainsKey(name)
                        ? Compare(left[name], right[name], member)
                        : [$"{member}: {Value(left, name)} / {Value(right, name)}"]);
                }

                return members;
            case (JsonArray left, JsonArray right) when left.Count == right.Count:
                return [.. left.Zip(right).SelectMany((pair, index) => Compare(pair.First, pair.Second, $"{path}[{index}]"))];
            default:
                return JsonNode.DeepEquals(theirs, ours) || IsSameJson(theirs, ours) ? [] : [$"{path}: {theirs?.ToJsonString()} / {ours?.ToJsonString()}"];
        }

        static string Value(JsonObject owner, string name) =>
            owner.TryGetPropertyValue(name, out JsonNode? value) ? value?.ToJsonString() ?? "null" : "missing";
    }

    /// <summary>Arguments are a text that holds JSON, which may be written in more than one way.</summary>
    private static bool IsSameJson(JsonNode? left, JsonNode? right)
    {
        try
        {
            return left is JsonValue && right is JsonValue && JsonNode.DeepEquals(JsonNode.Parse((string)left!), JsonNode.Parse((string)right!));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static async Task<ChatResponse> AskAsync(ModelClient model, List<ChatMessage> messages, bool isStreamed)
    {
        ChatOptions options = new() { Instructions = System, MaxOutputTokens = MaxTokens, Tools = [Tool("weather"), Tool("time")] };
        if (!isStreamed)
        {
            return await model.GetResponseAsync(messages, options, Token);
        }

        (List<ChatResponseUpdate> pieces, ModelException? failure) = await ReadAsync(model, messages, options);
        return failure is null ? pieces.ToChatResponse() : throw failure;
    }

    private static JsonObject Show(ChatResponse response) => new()
    {
        ["text"] = response.Text,
        ["calls"] = new JsonArray([.. response.Messages[0].Contents.OfType<FunctionCallContent>().Select(static call => new JsonObject
        {
            ["id"] = call.CallId,
            ["name"] = call.Name,
            ["arguments"] = new JsonObject(call.Arguments!.Select(static argument =>
                KeyValuePair.Create(argument.Key, JsonNode.Parse(((JsonElement)argument.Value!).GetRawText())))),
        })]),
        ["reason"] = response.FinishReason?.Value,
        ["input"] = response.Usage?.InputTokenCount,
        ["output"] = response.Usage?.OutputTokenCount,
    };

    private async Task CompareAsync(ScriptedModel script, string provider, bool isStreamed)
    {
        using ModelClient model = New(script, provider);

        JsonNode judged = Ask(script, provider, isStreamed);
        JsonObject ours = Show(await AskAsync(model, [new(ChatRole.User, Text)], isStreamed));

        Assert.True(JsonNode.DeepEquals(judged, ours), $"{judged.ToJsonString()} / {ours.ToJsonString()}");
    }

    private JsonNode Ask(ScriptedModel script, string provider, bool isStreamed, JsonObject? results = null)
    {
        JsonObject request = new()
        {
            ["provider"] = provider,
            ["origin"] = script.Origin.ToString(),
            ["key"] = script.Key,
            ["stream"] = isStreamed,
            ["model"] = "scripted",
            ["maxTokens"] = MaxTokens,
            ["system"] = System,
            ["text"] = Text,
            ["tools"] = new JsonArray([.. new[] { Tool("weather"), Tool("time") }.Select(static tool => new JsonObject
            {
                ["name"] = tool.Name,
                ["description"] = tool.Description,
                ["parameters"] = JsonNode.Parse(tool.JsonSchema.GetRawText()),
            })]),
            ["results"] = results,
        };
        return JsonNode.Parse(_judge.Ask(request.ToJsonString()))!;
    }
}
