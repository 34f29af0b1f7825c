using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hashee.Agents.Models;
using Hashee.Host;
using Microsoft.Extensions.AI;
using static Hashee.Agents.Tests.Models.ModelTest;

namespace Hashee.Agents.Tests.Models;

public sealed class OpenAIModelTests
{
    private const string Answer = """
        {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt-test-2","choices":[{"index":0,
        "message":{"role":"assistant","content":"H\u00e9llo \ud83d\ude00","refusal":null,"annotations":[],"audio":null},
        "logprobs":null,"finish_reason":"stop"}],
        "usage":{"prompt_tokens":9,"completion_tokens":4,"total_tokens":13,"prompt_tokens_details":{"cached_tokens":0}},"service_tier":"default"}
        """;

    private const string Calls = """
        {"id":"c","model":"m","choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","content":null,"tool_calls":[
        {"id":"call_1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Zürich\",\"days\":3}"}},
        {"id":"call_2","type":"function","function":{"name":"weather","arguments":"{\"city\":"}},
        {"id":"call_3","type":"function","function":{"name":"time","arguments":""}}]}}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}
        """;

    private static readonly string[] Stream =
    [
        """{"id":"s","model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":null}""",
        """{"id":"s","model":"m","choices":[{"index":0,"delta":{"content":"Let me "},"finish_reason":null}]}""",
        """{"id":"s","model":"m","choices":[{"index":0,"delta":{"content":"see."},"finish_reason":null}]}""",
        """{"id":"s","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"weather","arguments":""}}]}}]}""",
        """{"id":"s","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"ci"}}]}}]}""",
        """{"id":"s","choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"b","function":{"name":"time","arguments":"{"}}]}}]}""",
        """{"id":"s","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"ty\":\"Bern\"}"}}]}}]}""",
        """{"id":"s","choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"function":{"arguments":"}"}}]}}]}""",
        """{"id":"s","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}""",
        """{"id":"s","choices":[],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}""",
        "[DONE]",
    ];

    private static string Events(IEnumerable<string> data) => string.Concat(data.Select(static line => $"data: {line}\n\n"));

    [Fact]
    public async Task An_answer_is_read()
    {
        using ModelServer server = new(ModelServer.Json(Answer));
        using OpenAIModel model = OpenAI(server);

        ChatResponse response = await model.GetResponseAsync(Says("Hi"), null, Token);

        Assert.Equal("Héllo 😀 [stop] 9+4", Show(response));
        Assert.Equal(("chatcmpl-1", "gpt-test-2", 13L), (response.ResponseId, response.ModelId, response.Usage!.TotalTokenCount));
        Assert.Equal("POST /v1/chat/completions HTTP/1.1", server.Requests[0].StartLine);
        Assert.Equal("Bearer sk-test", server.Requests[0].Headers["Authorization"]);
        Assert.Equal("""{"model":"gpt-test","messages":[{"role":"user","content":"Hi"}]}""", server.Requests[0].Text);
    }

    [Fact]
    public async Task Calls_are_read_and_one_whose_arguments_are_no_JSON_says_so()
    {
        using ModelServer server = new(ModelServer.Json(Calls));
        using OpenAIModel model = OpenAI(server);

        Assert.Equal(
            "weather#call_1(city=Zürich,days=3) weather#call_2(!) time#call_3() [tool_calls] 1+2",
            Show(await model.GetResponseAsync(Says("Hi"), null, Token)));
    }

    [Fact]
    public async Task A_stream_is_read_piece_by_piece()
    {
        using ModelServer server = new(ModelServer.Stream(Events(Stream)));
        using OpenAIModel model = OpenAI(server);

        (List<ChatResponseUpdate> pieces, _) = await ReadAsync(model, Says("Hi"));

        Assert.Equal(["Let me ", "see."], pieces.Take(2).Select(static piece => piece.Text));
        Assert.Equal("Let me see. weather#a(city=Bern) time#b() [tool_calls] 10+5", Show(pieces.ToChatResponse()));
        Assert.Equal(("s", "m"), (pieces.ToChatResponse().ResponseId, pieces.ToChatResponse().ModelId));
        Assert.True((bool)server.Body["stream"]!);
        Assert.Equal("""{"include_usage":true}""", server.Body["stream_options"]!.ToJsonString());
    }

    [Fact]
    public async Task A_piece_is_there_before_the_next_is_sent()
    {
        using SemaphoreSlim isRead = new(0);
        using ModelServer server = new(connection =>
        {
            connection.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            foreach (string line in Stream[1..3])
            {
                string data = Events([line]);
                connection.Send($"{data.Length:x}\r\n{data}\r\n");
                isRead.Wait(Token);
            }

            string end = Events(Stream[8..]);
            connection.Send($"{end.Length:x}\r\n{end}\r\n0\r\n\r\n");
        });
        using OpenAIModel model = OpenAI(server);
        List<string> texts = [];
        await foreach (ChatResponseUpdate piece in model.GetStreamingResponseAsync(Says("Hi"), null, Token))
        {
            texts.Add(piece.Text);
            isRead.Release();
        }

        Assert.Equal(["Let me ", "see.", ""], texts);
    }

    [Fact]
    public async Task A_stream_that_is_cut_anywhere_is_an_error()
    {
        byte[] events = Encoding.UTF8.GetBytes(Events(Stream));
        for (int count = 0; count < events.Length; count++)
        {
            using ModelServer server = new(ModelServer.Stream(events, count));
            using OpenAIModel model = OpenAI(server);

            (_, ModelException? failure) = await ReadAsync(model, Says("Hi"));

            Assert.True(failure is not null, $"A stream cut behind {count} bytes is taken for whole.");
            Assert.Equal((FailureKind.World, "model_unreachable"), (failure.Failure.Kind, failure.Failure.Code));
        }
    }

    [Fact]
    public async Task A_stream_that_ends_without_its_end_is_an_error_unless_the_model_said_why_it_ended()
    {
        using ModelServer server = new(ModelServer.Stream(Events(Stream[..8])), ModelServer.Stream(Events(Stream[..10])));
        using OpenAIModel model = OpenAI(server);

        Assert.Equal("model_broke_off", (await ReadAsync(model, Says("Hi"))).Failure!.Failure.Code);
        Assert.Null((await ReadAsync(model, Says("Hi"))).Failure);
    }

    [Fact]
    public async Task A_conversation_with_tools_has_OpenAIs_form()
    {
        using ModelServer server = new(ModelServer.Json(Answer));
        using OpenAIModel model = OpenAI(server);
        ChatMessage[] messages =
        [
            new(ChatRole.User, [
                new TextContent("look"),
                new DataContent(new byte[] { 1, 2 }, "image/png"),
                new UriContent("https://a.example/b.jpg", "image/jpeg"),
                new DataContent("%PDF"u8.ToArray(), "application/pdf") { Name = "a.pdf" },
                new DataContent("a;b"u8.ToArray(), "text/csv; charset=utf-8") { Name = "t.csv" }]),
            new(ChatRole.Assistant, [
                new TextReasoningContent("hm"),
                new TextContent("so"),
                new FunctionCallContent("1", "weather", new Dictionary<string, object?> { ["city"] = "Bern" })]),
            new(ChatRole.Tool, [new FunctionResultContent("1", "sunny"), new FunctionResultContent("2", JsonElement.Parse("[1]"))]),
        ];
        ChatOptions options = new()
        {
            Instructions = "Be short.",
            MaxOutputTokens = 7,
            Temperature = 0.5f,
            Tools = [Tool("weather")],
            ToolMode = ChatToolMode.None,
            AllowMultipleToolCalls = false,
        };

        await model.GetResponseAsync(messages, options, Token);

        string expected = """
            {"model":"gpt-test","messages":[
              {"role":"system","content":"Be short."},
              {"role":"user","content":[{"type":"text","text":"look"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AQI="}},
                {"type":"image_url","image_url":{"url":"https://a.example/b.jpg"}},
                {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERg=="}},{"type":"text","text":"t.csv:\n\na;b"}]},
              {"role":"assistant","content":"so","tool_calls":[{"id":"1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Bern\"}"}}]},
              {"role":"tool","tool_call_id":"1","content":"sunny"},{"role":"tool","tool_call_id":"2","content":"[1]"}],
             "max_completion_tokens":7,"temperature":0.5,
             "tools":[{"type":"function","function":{"name":"weather","description":"What weather does.",
               "parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}}],
             "tool_choice":"none","parallel_tool_calls":false}
            """;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), server.Body), server.Body.ToJsonString());
    }
}
