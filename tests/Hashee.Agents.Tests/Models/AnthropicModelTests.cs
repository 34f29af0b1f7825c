using System.Text.Json.Nodes;
using Hashee.Agents.Models;
using Microsoft.Extensions.AI;
using static Hashee.Agents.Tests.Models.ModelTest;

namespace Hashee.Agents.Tests.Models;

public sealed class AnthropicModelTests
{
    private const string Answer = """
        {"id":"msg_1","type":"message","role":"assistant","model":"claude-test-2","content":[
        {"type":"thinking","thinking":"Hm.","signature":"c2ln"},
        {"type":"redacted_thinking","data":"ZW5j"},{"type":"a_new_kind","x":{"y":[1]}},
        {"type":"text","text":"Sunny.","citations":null},
        {"type":"tool_use","id":"toolu_1","name":"weather","input":{"city":"Bern","deep":{"a":[1,{"b":null}]}}}],
        "stop_reason":"a_new_reason","stop_sequence":null,
        "usage":{"input_tokens":3,"cache_creation_input_tokens":4,"cache_read_input_tokens":5,"output_tokens":6,"service_tier":"standard"}}
        """;

    private const string Stream = """
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_2","type":"message","role":"assistant","content":[],"model":"claude-x","stop_reason":null,
        data: "usage":{"input_tokens":3,"cache_read_input_tokens":5,"output_tokens":1}}}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm"}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"."}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2ln"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        event: a_new_event
        data: <anything>

        event: ping
        data: {"type":"ping"}

        event: content_block_start
        data: {"type":"content_block_start","index":1,"content_block":{"type":"a_new_kind"}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":1,"delta":{"type":"a_new_delta","x":1}}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":9}}

        event: message_stop
        data: {"type":"message_stop"}


        """;

    [Fact]
    public async Task An_answer_is_read_and_what_nobody_knows_yet_is_left_out()
    {
        using ModelServer server = new(ModelServer.Json(Answer));
        using ModelClient model = New(server, "anthropic");

        ChatResponse response = await model.GetResponseAsync(Says("Hi"), null, Token);

        Assert.Equal(
            """<Hm.|c2ln> <|ZW5j> Sunny. weather#toolu_1(city=Bern,deep={"a":[1,{"b":null}]}) [a_new_reason] 12+6""", Show(response));
        Assert.Equal(("msg_1", "claude-test-2", 18L), (response.ResponseId, response.ModelId, response.Usage!.TotalTokenCount));
        Assert.Equal("POST /v1/messages HTTP/1.1", server.Requests[0].StartLine);
        Assert.Equal("sk-test", server.Requests[0].Headers["x-api-key"]);
        Assert.Equal("2023-06-01", server.Requests[0].Headers["anthropic-version"]);
        Assert.Equal("""{"model":"claude-test","max_tokens":4096,"messages":[{"role":"user","content":"Hi"}]}""", server.Requests[0].Text);
    }

    [Fact]
    public async Task Thoughts_are_streamed_and_come_back_signed()
    {
        using ModelServer server = new(ModelServer.Stream(Stream), ModelServer.Json(Answer));
        using ModelClient model = New(server, "anthropic");

        (List<ChatResponseUpdate> pieces, _) = await ReadAsync(model, Says("Hi"));
        ChatResponse response = pieces.ToChatResponse();

        Assert.Equal("<Hm.|c2ln> [stop] 8+9", Show(response));
        Assert.Equal(("msg_2", "claude-x"), (response.ResponseId, response.ModelId));

        await model.GetResponseAsync([.. Says("Hi"), .. response.Messages, .. Says("and?")], null, Token);

        Assert.Equal(
            """{"role":"assistant","content":[{"type":"thinking","thinking":"Hm.","signature":"c2ln"}]}""", server.Body["messages"]![1]!.ToJsonString());
    }

    [Fact]
    public async Task A_conversation_with_tools_has_Anthropics_form()
    {
        using ModelServer server = new(ModelServer.Json(Answer));
        using ModelClient model = New(server, "anthropic");
        ChatMessage[] messages =
        [
            new(ChatRole.System, "And kind."),
            new(ChatRole.User, [
                new TextContent("look"),
                new DataContent(new byte[] { 1, 2 }, "image/png"),
                new UriContent("https://a.example/b.jpg", "image/jpeg"),
                new UriContent("https://a.example/b.pdf", "application/pdf"),
                new DataContent("%PDF"u8.ToArray(), "application/pdf") { Name = "a.pdf" },
                new DataContent("a;b"u8.ToArray(), "text/csv; charset=utf-8") { Name = "t.csv" }]),
            new(ChatRole.Assistant, [new TextContent("so"), new FunctionCallContent("1", "weather", new Dictionary<string, object?> { ["city"] = "Bern" })]),
            new(ChatRole.User, "quick"),
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
            ToolMode = ChatToolMode.RequireAny,
            AllowMultipleToolCalls = false,
        };

        await model.GetResponseAsync(messages, options, Token);

        string expected = """
            {"model":"claude-test","max_tokens":7,"system":"Be short.\n\nAnd kind.","messages":[
              {"role":"user","content":[{"type":"text","text":"look"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AQI="}},
                {"type":"image","source":{"type":"url","url":"https://a.example/b.jpg"}},
                {"type":"document","source":{"type":"url","url":"https://a.example/b.pdf"}},
                {"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBERg=="},"title":"a.pdf"},
                {"type":"document","source":{"type":"text","media_type":"text/plain","data":"a;b"},"title":"t.csv"}]},
              {"role":"assistant","content":[{"type":"text","text":"so"},{"type":"tool_use","id":"1","name":"weather","input":{"city":"Bern"}}]},
              {"role":"user","content":[{"type":"tool_result","tool_use_id":"1","content":"sunny","is_error":true},{"type":"text","text":"quick"}]}],
             "temperature":0.5,"top_p":0.25,"stop_sequences":["END"],
             "tools":[{"name":"weather","description":"What weather does.",
               "input_schema":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}],
             "tool_choice":{"type":"any","disable_parallel_tool_use":true}}
            """;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), server.Body), server.Body.ToJsonString());
    }

    [Fact]
    public async Task Where_no_tools_are_offered_earlier_calls_are_told_as_texts()
    {
        using ModelServer server = new(ModelServer.Json(Answer));
        using ModelClient model = New(server, "anthropic");

        await model.GetResponseAsync(
            [
                .. Says("x"),
                new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("1", "weather")]),
                new ChatMessage(ChatRole.Tool, [new FunctionResultContent("1", "sunny")]),
            ],
            null,
            Token);

        Assert.Equal("[The tool weather was called with {}]", (string?)server.Body["messages"]![1]!["content"]);
        Assert.Equal("[The tool's result: sunny]", (string?)server.Body["messages"]![2]!["content"]);
    }
}
