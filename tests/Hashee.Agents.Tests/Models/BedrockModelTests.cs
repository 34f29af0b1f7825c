using System.Text;
using System.Text.Json.Nodes;
using Hashee.Agents.Models;
using Hashee.Emulator.Models;
using Hashee.Testing.Servers;
using Microsoft.Extensions.AI;
using static Hashee.Agents.Tests.Models.ModelTest;

namespace Hashee.Agents.Tests.Models;

public sealed class BedrockModelTests
{
    private const string Answer = """
        {"metrics":{"latencyMs":1},"output":{"message":{"content":[{"reasoningContent":{"reasoningText":{"text":"Hm.","signature":"c2ln"}}},
        {"reasoningContent":{"redactedContent":"ZW5j"}},{"a_new_kind":{"x":[1]}},{"text":"Sunny."},
        {"toolUse":{"input":{"city":"Bern"},"name":"weather","toolUseId":"t1"}}],"role":"assistant"}},"stopReason":"model_context_window_exceeded",
        "usage":{"inputTokens":3,"outputTokens":6,"totalTokens":18,"cacheReadInputTokens":5,"cacheWriteInputTokens":4}}
        """;

    [Fact]
    public async Task An_answer_is_read_and_what_nobody_knows_yet_is_left_out()
    {
        using ModelServer server = new(ModelServer.Json(Answer));
        using ModelClient model = New(server, "bedrock");

        ChatResponse response = await model.GetResponseAsync(Says("Hi"), null, Token);

        Assert.Equal("<Hm.|c2ln> <|ZW5j> Sunny. weather#t1(city=Bern) [length] 12+6", Show(response));
        Assert.Equal(18L, response.Usage!.TotalTokenCount);
        Assert.Equal("POST /model/claude%3Atest/converse HTTP/1.1", server.Requests[0].StartLine);
        Assert.Equal("""{"messages":[{"role":"user","content":[{"text":"Hi"}]}]}""", server.Requests[0].Text);
    }

    [Fact]
    public async Task Events_are_read_whose_frames_another_codec_made()
    {
        using NodeProgram codec = new("eventstream");
        (string Type, string Payload)[] events =
        [
            ("messageStart", """{"role":"assistant","p":"ab"}"""),
            ("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"Hm"}}}"""),
            ("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"c2ln"}}}"""),
            ("contentBlockStop", """{"contentBlockIndex":0}"""),
            ("aNewEvent", """{"x":1}"""),
            ("contentBlockDelta", """{"contentBlockIndex":1,"delta":{"text":"S\u00fcnny."}}"""),
            ("contentBlockStart", """{"contentBlockIndex":2,"start":{"toolUse":{"toolUseId":"t1","name":"weather"}}}"""),
            ("contentBlockDelta", """{"contentBlockIndex":2,"delta":{"toolUse":{"input":"{\"city\":"}}}"""),
            ("contentBlockDelta", """{"contentBlockIndex":2,"delta":{"toolUse":{"input":"\"Bern\"}"}}}"""),
            ("contentBlockStop", """{"contentBlockIndex":2}"""),
            ("messageStop", """{"stopReason":"tool_use"}"""),
            ("metadata", """{"usage":{"inputTokens":3,"outputTokens":6,"totalTokens":9},"metrics":{"latencyMs":1}}"""),
        ];
        byte[] stream = [.. events.SelectMany(next => Convert.FromBase64String(codec.Ask(Frame(next.Type, next.Payload))))];
        using ModelServer server = new(ModelServer.Stream(stream, stream.Length + 1), ModelServer.Json(Answer));
        using ModelClient model = New(server, "bedrock");

        ChatResponse response = (await ReadAsync(model, Says("Hi"))).Pieces.ToChatResponse();

        Assert.Equal("<Hm|c2ln> Sünny. weather#t1(city=Bern) [tool_calls] 3+6", Show(response));
        Assert.Equal("POST /model/claude%3Atest/converse-stream HTTP/1.1", server.Requests[0].StartLine);
        await model.GetResponseAsync(
            [.. Says("Hi"), .. response.Messages, new(ChatRole.Tool, [new FunctionResultContent("t1", "x")])], new() { Tools = [Tool("weather")] }, Token);
        Assert.Equal(
            """{"reasoningContent":{"reasoningText":{"text":"Hm","signature":"c2ln"}}}""", server.Body["messages"]![1]!["content"]![0]!.ToJsonString());
    }

    [Fact]
    public void The_scripted_models_frames_are_the_codecs()
    {
        using NodeProgram codec = new("eventstream");
        byte[] frame = EventFrame.Encode("""{"x":"é"}""", (":event-type", "a"), (":message-type", "event"));

        JsonNode message = JsonNode.Parse(codec.Ask($"\"{Convert.ToBase64String(frame)}\""))!;

        Assert.Equal("a", (string?)message["headers"]![":event-type"]!["value"]);
        Assert.Equal("event", (string?)message["headers"]![":message-type"]!["value"]);
        Assert.Equal("""{"x":"é"}"""u8, Convert.FromBase64String((string)message["body"]!));
    }

    [Fact]
    public async Task A_stream_that_ends_without_its_end_is_an_error()
    {
        byte[] stream = EventFrame.Encode(
            """{"contentBlockIndex":0,"delta":{"text":"a"}}""", (":event-type", "contentBlockDelta"), (":message-type", "event"));
        using ModelServer server = new(ModelServer.Stream(stream, stream.Length + 1));
        using ModelClient model = New(server, "bedrock");

        Assert.Equal("model_broke_off", (await ReadAsync(model, Says("Hi"))).Failure!.Failure.Code);
    }

    [Fact]
    public async Task A_conversation_with_tools_has_Bedrocks_form()
    {
        using ModelServer server = new(ModelServer.Json(Answer));
        using ModelClient model = New(server, "bedrock");
        ChatMessage[] messages =
        [
            new(ChatRole.System, "And kind."),
            new(ChatRole.User, [
                new DataContent(new byte[] { 1, 2 }, "image/jpeg"),
                new UriContent("s3://bucket/b.png", "image/png"),
                new DataContent("%PDF"u8.ToArray(), "application/pdf") { Name = "a/b_c.pdf" },
                new DataContent("a;b"u8.ToArray(), "text/csv; charset=utf-8")]),
            new(ChatRole.Assistant, [new TextContent("so"), new FunctionCallContent("1", "weather", new Dictionary<string, object?> { ["days"] = 3 })]),
            new(ChatRole.Tool, [new FunctionResultContent("1", "sunny") { Exception = new InvalidOperationException() }]),
        ];
        ChatOptions options = new()
        {
            Instructions = "Be short.",
            MaxOutputTokens = 7,
            Temperature = 0.5f,
            TopP = 0.25f,
            StopSequences = ["END"],
            Tools = [Tool("weather")],
            ToolMode = ChatToolMode.RequireSpecific("weather"),
        };

        await model.GetResponseAsync(messages, options, Token);

        string expected = """
            {"messages":[
              {"role":"user","content":[{"image":{"format":"jpeg","source":{"bytes":"AQI="}}},
                {"image":{"format":"png","source":{"s3Location":{"uri":"s3://bucket/b.png"}}}},
                {"document":{"format":"pdf","name":"a b c pdf 1","source":{"bytes":"JVBERg=="}}},
                {"document":{"format":"csv","name":"document 2","source":{"bytes":"YTti"}}},{"text":"(see the document)"}]},
              {"role":"assistant","content":[{"text":"so"},{"toolUse":{"toolUseId":"1","name":"weather","input":{"days":3}}}]},
              {"role":"user","content":[{"toolResult":{"toolUseId":"1","content":[{"text":"sunny"}],"status":"error"}}]}],
             "system":[{"text":"Be short."},{"text":"And kind."}],
             "inferenceConfig":{"maxTokens":7,"temperature":0.5,"topP":0.25,"stopSequences":["END"]},
             "toolConfig":{"tools":[{"toolSpec":{"name":"weather","description":"What weather does.",
               "inputSchema":{"json":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}}}],
               "toolChoice":{"tool":{"name":"weather"}}}}
            """;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), server.Body), server.Body.ToJsonString());
    }

    private static string Frame(string type, string payload) => new JsonObject
    {
        ["headers"] = new JsonObject
        {
            [":event-type"] = new JsonObject { ["type"] = "string", ["value"] = type },
            [":content-type"] = new JsonObject { ["type"] = "string", ["value"] = "application/json" },
            [":message-type"] = new JsonObject { ["type"] = "string", ["value"] = "event" },
        },
        ["body"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(payload)),
    }.ToJsonString();
}
