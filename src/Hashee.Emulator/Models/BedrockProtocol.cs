using System.Text.Json.Nodes;
using Hashee.Emulator.Sqs;
using Microsoft.AspNetCore.Http.Features;

namespace Hashee.Emulator.Models;

/// <summary>Converse and ConverseStream of Bedrock.</summary>
/// <param name="account">Whose signatures are good.</param>
/// <param name="key">The only API key that is good in place of a signature.</param>
internal sealed class BedrockProtocol(AwsAccount account, string key) : ModelProtocol
{
    private const string Invalid = "ValidationException";

    private readonly SignatureVerifier _verifier = new(account, "bedrock", TimeProvider.System);

    public override string Provider => "bedrock";

    public override string StreamType => "application/vnd.amazon.eventstream";

    public override (string Model, bool IsStreamed) Check(HttpRequest request, byte[] body, JsonObject json)
    {
        CheckAccess(request, body);
        CheckMembers(json, Invalid, "messages", "system", "inferenceConfig", "toolConfig");
        string target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        Require(target.Split('/') is ["", "model", { Length: > 0 }, "converse" or "converse-stream"], Invalid, "The model's id is malformed.");
        CheckTools(json["toolConfig"] as JsonObject);
        CheckMessages([.. Objects(json["messages"], Invalid, "messages")], json["toolConfig"] is not null);
        return (Uri.UnescapeDataString(target.Split('/')[2]), target.EndsWith("-stream", StringComparison.Ordinal));
    }

    public override JsonObject Whole(ModelAnswer answer, string model)
    {
        JsonArray content = [];
        if (answer.Texts.Count > 0)
        {
            content.Add(new JsonObject { ["text"] = string.Concat(answer.Texts) });
        }

        foreach (ModelCall call in answer.Calls)
        {
            JsonObject use = new() { ["toolUseId"] = call.Id, ["name"] = call.Name, ["input"] = Parse(call.Arguments) };
            content.Add(new JsonObject { ["toolUse"] = use });
        }

        return new JsonObject
        {
            ["metrics"] = new JsonObject { ["latencyMs"] = 1 },
            ["output"] = new JsonObject { ["message"] = new JsonObject { ["content"] = content, ["role"] = "assistant" } },
            ["stopReason"] = ReasonOf(answer),
            ["usage"] = Usage(answer),
        };
    }

    public override IEnumerable<byte[]> Stream(ModelAnswer answer, ModelRequest request)
    {
        yield return Frame("messageStart", new JsonObject { ["role"] = "assistant" });
        int index = 0;
        foreach (string text in answer.Texts)
        {
            yield return Delta(index, new JsonObject { ["text"] = text });
        }

        if (answer.StreamError is { } error)
        {
            yield return EventFrame.Encode(
                new JsonObject { ["message"] = answer.Message }.ToJsonString(),
                (":exception-type", error),
                (":content-type", "application/json"),
                (":message-type", "exception"));
            yield break;
        }

        if (answer.Texts.Count > 0)
        {
            yield return Frame("contentBlockStop", new JsonObject { ["contentBlockIndex"] = index++ });
        }

        foreach (ModelCall call in answer.Calls)
        {
            JsonObject use = new() { ["toolUseId"] = call.Id, ["name"] = call.Name };
            yield return Frame("contentBlockStart", new JsonObject { ["contentBlockIndex"] = index, ["start"] = new JsonObject { ["toolUse"] = use } });
            foreach (string piece in Pieces(call.Arguments))
            {
                yield return Delta(index, new JsonObject { ["toolUse"] = new JsonObject { ["input"] = piece } });
            }

            yield return Frame("contentBlockStop", new JsonObject { ["contentBlockIndex"] = index++ });
        }

        yield return Frame("messageStop", new JsonObject { ["stopReason"] = ReasonOf(answer) });
        yield return Frame("metadata", new JsonObject { ["metrics"] = new JsonObject { ["latencyMs"] = 1 }, ["usage"] = Usage(answer) });
    }

    public override JsonObject Error(int status, string? code, string message) => new() { ["message"] = message };

    public override void AddErrorHeaders(HttpResponse response, int status, string? code) => response.Headers["x-amzn-ErrorType"] = code ?? status switch
    {
        StatusCodes.Status429TooManyRequests => "ThrottlingException",
        StatusCodes.Status503ServiceUnavailable => "ServiceUnavailableException",
        >= 500 => "InternalServerException",
        _ => Invalid,
    };

    private static JsonObject Usage(ModelAnswer answer) => new()
    {
        ["inputTokens"] = answer.InputTokens,
        ["outputTokens"] = answer.OutputTokens,
        ["totalTokens"] = answer.InputTokens + answer.OutputTokens,
    };

    private static string ReasonOf(ModelAnswer answer) => answer switch
    {
        { Stop: ModelStop.Length } => "max_tokens",
        { Stop: ModelStop.Filtered } => "content_filtered",
        { Calls.Count: > 0 } => "tool_use",
        _ => "end_turn",
    };

    private static byte[] Frame(string type, JsonObject payload)
    {
        // Bedrock hides how long its events are.
        payload["p"] = "abcdefgh";
        return EventFrame.Encode(payload.ToJsonString(), (":event-type", type), (":content-type", "application/json"), (":message-type", "event"));
    }

    private static byte[] Delta(int index, JsonObject delta) =>
        Frame("contentBlockDelta", new JsonObject { ["contentBlockIndex"] = index, ["delta"] = delta });

    private static void CheckTools(JsonObject? configuration)
    {
        if (configuration is null)
        {
            return;
        }

        HashSet<string> names = [];
        foreach (JsonObject tool in Objects(configuration["tools"], Invalid, "toolConfig.tools"))
        {
            Require(tool["toolSpec"] is JsonObject, Invalid, "toolConfig.tools: must be toolSpec");
            JsonObject specification = tool["toolSpec"]!.AsObject();
            Require(names.Add(Text(specification, "name", Invalid)), Invalid, "toolConfig.tools: names must be unique");
            Require(specification["description"] is null || Text(specification, "description", Invalid).Length > 0, Invalid, "description: min length 1");
            bool isSchema = specification["inputSchema"]?["json"] is JsonObject schema && (string?)schema["type"] == "object";
            Require(isSchema, Invalid, "inputSchema.json: must be an object");
        }

        Require(names.Count > 0, Invalid, "toolConfig.tools: min length 1");
    }

    private static void CheckMessages(List<JsonObject> messages, bool hasTools)
    {
        Require(messages.Count > 0, Invalid, "A conversation must have a message.");
        HashSet<string> open = [];
        for (int i = 0; i < messages.Count; i++)
        {
            string role = Text(messages[i], "role", Invalid);
            Require(
                role == (i % 2 == 0 ? "user" : "assistant"),
                Invalid,
                "A conversation must start with a user message, and the roles must alternate.");
            List<string> calls = [];
            HashSet<string> kinds = [];
            foreach (JsonObject block in Objects(messages[i]["content"], Invalid, "content"))
            {
                Require(block.Count == 1, Invalid, "content: a block must have one member");
                (string kind, JsonNode? value) = block.First();
                kinds.Add(kind);
                CheckBlock(kind, value, role, hasTools);
                if (kind == "toolUse")
                {
                    calls.Add(Text(value!.AsObject(), "toolUseId", Invalid));
                }
                else if (kind == "toolResult")
                {
                    Require(
                        open.Remove(Text(value!.AsObject(), "toolUseId", Invalid)),
                        Invalid,
                        "The number of toolResult blocks exceeds the number of toolUse blocks of previous turn.");
                }
            }

            Require(kinds.Count > 0, Invalid, "The content field in the Message object is empty.");
            Require(!kinds.Contains("document") || kinds.Contains("text"), Invalid, "A document needs a text beside it.");
            Require(open.Count == 0, Invalid, "Expected toolResult blocks for all toolUse blocks of the previous turn.");
            open.UnionWith(calls);
        }

        Require(open.Count == 0, Invalid, "Expected toolResult blocks for all toolUse blocks of the previous turn.");
    }

    private static void CheckBlock(string kind, JsonNode? value, string role, bool hasTools)
    {
        switch (kind)
        {
            case "text":
                Require(!string.IsNullOrWhiteSpace((string?)value), Invalid, "The text field in the ContentBlock object is blank.");
                break;
            case "toolUse" or "toolResult":
                Require(hasTools, Invalid, "The toolConfig field must be defined when using toolUse and toolResult content blocks.");
                Require(role == (kind == "toolUse" ? "assistant" : "user"), Invalid, $"{kind} is in a message of the wrong role.");
                Require(kind == "toolResult" || value!["input"] is JsonObject, Invalid, "toolUse.input must be an object.");
                Require(kind == "toolUse" || value!["content"] is JsonArray { Count: > 0 }, Invalid, "toolResult.content is empty.");
                break;
            case "reasoningContent":
                Require(role == "assistant", Invalid, "reasoningContent is in a message of the wrong role.");
                break;
            case "image" or "document":
                Require(role == "user", Invalid, $"{kind} is in a message of the wrong role.");
                Require(value!["format"] is not null && value["source"] is JsonObject { Count: 1 }, Invalid, $"{kind} needs a format and a source.");
                string name = (string?)value["name"] ?? "";
                bool isNamed = name.Length > 0 && name.All(static letter => char.IsAsciiLetterOrDigit(letter) || " -()[]".Contains(letter));
                Require(isNamed || kind == "image", Invalid, "The document file name can only contain letters, digits, spaces, hyphens and brackets.");
                break;
            default:
                Require(false, Invalid, "Unknown content block.");
                break;
        }
    }

    private void CheckAccess(HttpRequest request, byte[] body)
    {
        if (request.Headers.Authorization == $"Bearer {key}")
        {
            return;
        }

        try
        {
            _verifier.Verify(request, body);
        }
        catch (SqsException refusal)
        {
            throw new ModelRefusalException(StatusCodes.Status403Forbidden, "InvalidSignatureException", refusal.Message);
        }
    }
}
