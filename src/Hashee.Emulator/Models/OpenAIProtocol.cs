using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hashee.Emulator.Models;

/// <summary>Chat completions of OpenAI.</summary>
/// <param name="key">The only key that is good.</param>
internal sealed class OpenAIProtocol(string key) : ModelProtocol
{
    private const string Invalid = "invalid_request_error";

    public override string Provider => "openai";

    public override string StreamType => "text/event-stream";

    public override (string Model, bool IsStreamed) Check(HttpRequest request, byte[] body, JsonObject json)
    {
        if (request.Headers.Authorization != $"Bearer {key}")
        {
            throw new ModelRefusalException(StatusCodes.Status401Unauthorized, "invalid_api_key", "Incorrect API key provided.");
        }

        CheckMembers(
            json, Invalid, "model", "messages", "max_completion_tokens", "max_tokens", "temperature", "top_p", "stop", "tools", "tool_choice",
            "parallel_tool_calls", "stream", "stream_options");
        Require(json["max_tokens"] is null || json["max_completion_tokens"] is null, Invalid, "max_tokens and max_completion_tokens exclude each other");
        bool isStreamed = Flag(json, "stream");
        Require(isStreamed || json["stream_options"] is null, Invalid, "stream_options: only allowed when stream is true");
        HashSet<string> tools = CheckTools(json);
        CheckMessages([.. Objects(json["messages"], Invalid, "messages")]);
        Require(json["tool_choice"] is null || tools.Count > 0, Invalid, "tool_choice: only allowed when tools are specified");
        Require(json["parallel_tool_calls"] is null || tools.Count > 0, Invalid, "parallel_tool_calls: only allowed when tools are specified");
        return (Text(json, "model", Invalid), isStreamed);
    }

    public override JsonObject Whole(ModelAnswer answer, string model)
    {
        JsonObject message = new()
        {
            ["role"] = "assistant",
            ["content"] = answer.Texts.Count == 0 ? null : string.Concat(answer.Texts),
            ["refusal"] = null,
        };
        if (answer.Calls.Count > 0)
        {
            message["tool_calls"] = new JsonArray([.. answer.Calls.Select(static call => Call(call, call.Arguments))]);
        }

        JsonObject choice = new() { ["index"] = 0, ["message"] = message, ["logprobs"] = null, ["finish_reason"] = ReasonOf(answer) };
        return new JsonObject
        {
            ["id"] = "chatcmpl-scripted",
            ["object"] = "chat.completion",
            ["created"] = 1_700_000_000,
            ["model"] = model,
            ["choices"] = new JsonArray(choice),
            ["usage"] = Usage(answer),
        };
    }

    public override IEnumerable<byte[]> Stream(ModelAnswer answer, ModelRequest request)
    {
        yield return Chunk(request, new JsonObject { ["role"] = "assistant", ["content"] = "" });
        foreach (string text in answer.Texts)
        {
            yield return Chunk(request, new JsonObject { ["content"] = text });
        }

        if (answer.StreamError is { } error)
        {
            yield return Event(null, Error(StatusCodes.Status500InternalServerError, error, answer.Message));
            yield break;
        }

        for (int i = 0; i < answer.Calls.Count; i++)
        {
            JsonObject call = Call(answer.Calls[i], "");
            call["index"] = i;
            yield return Chunk(request, new JsonObject { ["tool_calls"] = new JsonArray(call) });
            foreach (string piece in Pieces(answer.Calls[i].Arguments))
            {
                JsonObject more = new() { ["index"] = i, ["function"] = new JsonObject { ["arguments"] = piece } };
                yield return Chunk(request, new JsonObject { ["tool_calls"] = new JsonArray(more) });
            }
        }

        yield return Chunk(request, [], ReasonOf(answer));
        if (request.Body["stream_options"] is JsonObject options && Flag(options, "include_usage"))
        {
            JsonObject last = Chunk(request.Model);
            last["usage"] = Usage(answer);
            yield return Event(null, last);
        }

        yield return "data: [DONE]\n\n"u8.ToArray();
    }

    public override JsonObject Error(int status, string? code, string message) => new()
    {
        ["error"] = new JsonObject
        {
            ["message"] = message,
            ["type"] = status == StatusCodes.Status429TooManyRequests ? "requests" : status >= 500 ? "server_error" : Invalid,
            ["param"] = null,
            ["code"] = code ?? (status == StatusCodes.Status429TooManyRequests ? "rate_limit_exceeded" : null),
        },
    };

    private static JsonObject Call(ModelCall call, string arguments) => new()
    {
        ["id"] = call.Id,
        ["type"] = "function",
        ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = arguments },
    };

    private static JsonObject Usage(ModelAnswer answer) => new()
    {
        ["prompt_tokens"] = answer.InputTokens,
        ["completion_tokens"] = answer.OutputTokens,
        ["total_tokens"] = answer.InputTokens + answer.OutputTokens,
    };

    private static string ReasonOf(ModelAnswer answer) => answer switch
    {
        { Stop: ModelStop.Length } => "length",
        { Stop: ModelStop.Filtered } => "content_filter",
        { Calls.Count: > 0 } => "tool_calls",
        _ => "stop",
    };

    private static JsonObject Chunk(string model) => new()
    {
        ["id"] = "chatcmpl-scripted",
        ["object"] = "chat.completion.chunk",
        ["created"] = 1_700_000_000,
        ["model"] = model,
        ["choices"] = new JsonArray(),
    };

    private static byte[] Chunk(ModelRequest request, JsonObject delta, string? reason = null)
    {
        JsonObject chunk = Chunk(request.Model);
        chunk["choices"]!.AsArray().Add(new JsonObject { ["index"] = 0, ["delta"] = delta, ["logprobs"] = null, ["finish_reason"] = reason });
        return Event(null, chunk);
    }

    private static HashSet<string> CheckTools(JsonObject json)
    {
        HashSet<string> names = [];
        foreach (JsonObject tool in Objects(json["tools"], Invalid, "tools"))
        {
            Require(Text(tool, "type", Invalid) == "function" && tool["function"] is JsonObject, Invalid, "tools: must be functions");
            JsonObject function = tool["function"]!.AsObject();
            Require(names.Add(Text(function, "name", Invalid)), Invalid, "tools: names must be unique");
            Require(function["parameters"] is null or JsonObject, Invalid, "tools: parameters must be a schema");
        }

        return names;
    }

    private static void CheckMessages(List<JsonObject> messages)
    {
        Require(messages.Count > 0, Invalid, "messages: at least one is required");
        HashSet<string> open = [];
        foreach (JsonObject message in messages)
        {
            string role = Text(message, "role", Invalid);
            if (role == "tool")
            {
                Require(open.Remove(Text(message, "tool_call_id", Invalid)), Invalid, "messages: a tool message must follow the tool_calls it answers");
                _ = Text(message, "content", Invalid);
                continue;
            }

            Require(open.Count == 0, Invalid, "messages: each tool_call_id must be answered by a tool message");
            switch (role)
            {
                case "system" or "developer":
                    _ = Text(message, "content", Invalid);
                    break;
                case "user":
                    CheckUser(message);
                    break;
                case "assistant":
                    CheckAssistant(message, open);
                    break;
                default:
                    Require(false, Invalid, "messages: there is no such role");
                    break;
            }
        }

        Require(open.Count == 0, Invalid, "messages: each tool_call_id must be answered by a tool message");
    }

    private static void CheckUser(JsonObject message)
    {
        if (message["content"] is JsonValue)
        {
            _ = Text(message, "content", Invalid);
            return;
        }

        foreach (JsonObject part in Objects(message["content"], Invalid, "content"))
        {
            string type = Text(part, "type", Invalid);
            Require(type is "text" or "image_url" or "file" && part[type] is not null, Invalid, "content: there is no such part");
            if (type == "image_url")
            {
                string url = Text(part[type]!.AsObject(), "url", Invalid);
                bool isImage = url.StartsWith("https://", StringComparison.Ordinal) || url.StartsWith("data:image/", StringComparison.Ordinal);
                Require(isImage, Invalid, "image_url: must be https, or an image's data");
            }
            else if (type == "file")
            {
                _ = Text(part[type]!.AsObject(), "filename", Invalid);
                _ = Text(part[type]!.AsObject(), "file_data", Invalid);
            }
        }
    }

    private static void CheckAssistant(JsonObject message, HashSet<string> open)
    {
        bool hasContent = message["content"] is JsonValue content && content.GetValueKind() == JsonValueKind.String;
        foreach (JsonObject call in Objects(message["tool_calls"], Invalid, "tool_calls"))
        {
            Require(call["function"] is JsonObject, Invalid, "tool_calls: must be functions");
            _ = Text(call["function"]!.AsObject(), "name", Invalid);
            _ = Text(call["function"]!.AsObject(), "arguments", Invalid);
            Require(open.Add(Text(call, "id", Invalid)), Invalid, "tool_calls: ids must be unique");
        }

        Require(hasContent || open.Count > 0, Invalid, "messages: an assistant message needs content or tool_calls");
    }
}
