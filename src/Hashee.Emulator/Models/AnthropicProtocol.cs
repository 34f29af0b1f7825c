using System.Text.Json.Nodes;

namespace Hashee.Emulator.Models;

/// <summary>Messages of Anthropic.</summary>
/// <param name="key">The only key that is good.</param>
internal sealed class AnthropicProtocol(string key) : ModelProtocol
{
    private const string Invalid = "invalid_request_error";
    private const int Overloaded = 529;

    public override string Provider => "anthropic";

    public override string StreamType => "text/event-stream";

    public override (string Model, bool IsStreamed) Check(HttpRequest request, byte[] body, JsonObject json)
    {
        // The reference wants the first of the two; Anthropic's own client sends the second.
        if (request.Headers["x-api-key"] != key && request.Headers.Authorization != $"Bearer {key}")
        {
            throw new ModelRefusalException(StatusCodes.Status401Unauthorized, "authentication_error", "invalid x-api-key");
        }

        Require(request.Headers["anthropic-version"].ToString() is "2023-06-01" or "2026-10-21", Invalid, "anthropic-version: header is required");
        CheckMembers(json, Invalid, "model", "messages", "max_tokens", "system", "temperature", "top_p", "stop_sequences", "tools", "tool_choice", "stream");
        Require(json["max_tokens"] is JsonValue most && most.TryGetValue(out int tokens) && tokens > 0, Invalid, "max_tokens: Field required");
        HashSet<string> tools = [];
        foreach (JsonObject tool in Objects(json["tools"], Invalid, "tools"))
        {
            Require(tools.Add(Text(tool, "name", Invalid)), Invalid, "tools: Tool names must be unique.");
            Require(tool["input_schema"] is JsonObject schema && (string?)schema["type"] == "object", Invalid, "tools: input_schema must be an object");
        }

        Require(json["tool_choice"] is null || tools.Count > 0, Invalid, "tool_choice: may only be specified while providing tools");
        CheckMessages([.. Objects(json["messages"], Invalid, "messages")], tools.Count > 0);
        return (Text(json, "model", Invalid), Flag(json, "stream"));
    }

    public override JsonObject Whole(ModelAnswer answer, string model)
    {
        JsonArray content = [];
        if (answer.Texts.Count > 0)
        {
            content.Add(new JsonObject { ["type"] = "text", ["text"] = string.Concat(answer.Texts), ["citations"] = null });
        }

        foreach (ModelCall call in answer.Calls)
        {
            content.Add(new JsonObject { ["type"] = "tool_use", ["id"] = call.Id, ["name"] = call.Name, ["input"] = Parse(call.Arguments) });
        }

        JsonObject message = Message(model, answer.InputTokens, answer.OutputTokens);
        message["content"] = content;
        message["stop_reason"] = ReasonOf(answer);
        return message;
    }

    public override IEnumerable<byte[]> Stream(ModelAnswer answer, ModelRequest request)
    {
        yield return Event("message_start", new JsonObject { ["type"] = "message_start", ["message"] = Message(request.Model, answer.InputTokens, 1) });
        yield return Event("ping", new JsonObject { ["type"] = "ping" });
        int index = 0;
        if (answer.Texts.Count > 0)
        {
            yield return Start(index, new JsonObject { ["type"] = "text", ["text"] = "" });
            foreach (string text in answer.Texts)
            {
                yield return Delta(index, new JsonObject { ["type"] = "text_delta", ["text"] = text });
            }

            if (answer.StreamError is null)
            {
                yield return Stop(index++);
            }
        }

        if (answer.StreamError is { } error)
        {
            yield return Event("error", Error(Overloaded, error, answer.Message));
            yield break;
        }

        foreach (ModelCall call in answer.Calls)
        {
            yield return Start(index, new JsonObject { ["type"] = "tool_use", ["id"] = call.Id, ["name"] = call.Name, ["input"] = new JsonObject() });
            foreach (string piece in (string[])["", .. Pieces(call.Arguments)])
            {
                yield return Delta(index, new JsonObject { ["type"] = "input_json_delta", ["partial_json"] = piece });
            }

            yield return Stop(index++);
        }

        yield return Event("message_delta", new JsonObject
        {
            ["type"] = "message_delta",
            ["delta"] = new JsonObject { ["stop_reason"] = ReasonOf(answer), ["stop_sequence"] = null },
            ["usage"] = new JsonObject { ["output_tokens"] = answer.OutputTokens },
        });
        yield return Event("message_stop", new JsonObject { ["type"] = "message_stop" });
    }

    public override JsonObject Error(int status, string? code, string message) => new()
    {
        ["type"] = "error",
        ["error"] = new JsonObject
        {
            ["type"] = code ?? status switch
            {
                StatusCodes.Status429TooManyRequests => "rate_limit_error",
                Overloaded => "overloaded_error",
                >= 500 => "api_error",
                _ => Invalid,
            },
            ["message"] = message,
        },
        ["request_id"] = "req_scripted",
    };

    private static JsonObject Message(string model, int input, int output) => new()
    {
        ["id"] = "msg_scripted",
        ["type"] = "message",
        ["role"] = "assistant",
        ["model"] = model,
        ["content"] = new JsonArray(),
        ["stop_reason"] = null,
        ["stop_sequence"] = null,
        ["usage"] = new JsonObject { ["input_tokens"] = input, ["output_tokens"] = output },
    };

    private static string ReasonOf(ModelAnswer answer) => answer switch
    {
        { Stop: ModelStop.Length } => "max_tokens",
        { Stop: ModelStop.Filtered } => "refusal",
        { Calls.Count: > 0 } => "tool_use",
        _ => "end_turn",
    };

    private static byte[] Start(int index, JsonObject block) =>
        Event("content_block_start", new JsonObject { ["type"] = "content_block_start", ["index"] = index, ["content_block"] = block });

    private static byte[] Delta(int index, JsonObject delta) =>
        Event("content_block_delta", new JsonObject { ["type"] = "content_block_delta", ["index"] = index, ["delta"] = delta });

    private static byte[] Stop(int index) => Event("content_block_stop", new JsonObject { ["type"] = "content_block_stop", ["index"] = index });

    private static void CheckMessages(List<JsonObject> messages, bool hasTools)
    {
        Require(messages.Count > 0, Invalid, "messages: at least one message is required");
        HashSet<string> open = [];
        for (int i = 0; i < messages.Count; i++)
        {
            string role = Text(messages[i], "role", Invalid);
            Require(role is "user" or "assistant", Invalid, "messages: Input should be 'user' or 'assistant'");
            Require(i > 0 || role == "user", Invalid, "messages: first message must use the user role");
            if (messages[i]["content"] is JsonValue)
            {
                Require(!string.IsNullOrWhiteSpace(Text(messages[i], "content", Invalid)), Invalid, "messages: content must be non-empty");
                Require(open.Count == 0, Invalid, "messages: `tool_use` ids were found without `tool_result` blocks immediately after");
                continue;
            }

            bool isPastResults = false;
            List<string> calls = [];
            foreach (JsonObject block in Objects(messages[i]["content"], Invalid, "content"))
            {
                string type = Text(block, "type", Invalid);
                isPastResults |= type != "tool_result";
                CheckBlock(block, type, role);
                if (type == "tool_use")
                {
                    Require(hasTools, Invalid, "Requests which include `tool_use` or `tool_result` blocks must define tools");
                    calls.Add(Text(block, "id", Invalid));
                }
                else if (type == "tool_result")
                {
                    bool isOpen = open.Remove(Text(block, "tool_use_id", Invalid));
                    Require(isOpen && !isPastResults, Invalid, "messages: unexpected `tool_use_id` found in `tool_result` blocks");
                }
            }

            Require(open.Count == 0, Invalid, "messages: `tool_use` ids were found without `tool_result` blocks immediately after");
            open.UnionWith(calls);
        }

        Require(open.Count == 0, Invalid, "messages: `tool_use` ids were found without `tool_result` blocks immediately after");
    }

    private static void CheckBlock(JsonObject block, string type, string role)
    {
        switch (type)
        {
            case "text":
                Require(!string.IsNullOrWhiteSpace(Text(block, "text", Invalid)), Invalid, "messages: text content blocks must contain non-whitespace text");
                break;
            case "tool_use" or "thinking" or "redacted_thinking":
                Require(role == "assistant", Invalid, $"messages: `{type}` blocks can only be in assistant messages");
                Require(type != "tool_use" || block["input"] is JsonObject, Invalid, "messages: tool_use.input: Input should be a valid dictionary");
                break;
            case "tool_result":
                Require(role == "user", Invalid, "messages: `tool_result` blocks can only be in user messages");
                break;
            case "image" or "document":
                Require(role == "user" && block["source"] is JsonObject, Invalid, "messages: a source is required");
                string kind = Text(block["source"]!.AsObject(), "type", Invalid);
                Require(kind is "url" or "base64" || (kind == "text" && type == "document"), Invalid, "messages: source: unknown type");
                break;
            default:
                Require(false, Invalid, "messages: Input tag does not match any of the expected tags");
                break;
        }
    }
}
