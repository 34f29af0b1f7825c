using System.Text;
using System.Text.Json;
using Hashee.Agents.Models;
using Hashee.Aws;
using Hashee.Emulator;
using Hashee.Emulator.Models;
using Hashee.Host;
using Hashee.Testing;
using Microsoft.Extensions.AI;

namespace Hashee.Agents.Tests.Models;

/// <summary>What the tests of all models need.</summary>
internal static class ModelTest
{
    internal static CancellationToken Token => TestContext.Current.CancellationToken;

    internal static OpenAIModel OpenAI(ModelServer server, TestClock? clock = null) =>
        new("gpt-test", "sk-test", server.At("/v1")) { Clock = clock ?? new TestClock() };

    /// <summary>A client of a scripted model; waits end at once.</summary>
    internal static ModelClient New(ScriptedModel model, string provider, TestClock? clock = null) => provider switch
    {
        "openai" => new OpenAIModel("scripted", model.Key, ModelServer.UrlOf($"{model.Origin}v1")) { Clock = clock ?? new TestClock() },
        "anthropic" => new AnthropicModel("scripted", model.Key, ModelServer.UrlOf($"{model.Origin}")) { Clock = clock ?? new TestClock() },
        _ => new BedrockModel("scripted", Bedrock(model.Origin, model.Account)) { Clock = clock ?? new TestClock() },
    };

    /// <summary>The same of any server.</summary>
    internal static ModelClient New(ModelServer server, string provider) => provider switch
    {
        "openai" => OpenAI(server),
        "anthropic" => new AnthropicModel("claude-test", "sk-test", server.Url) { Clock = new TestClock() },
        _ => new BedrockModel("claude:test", Bedrock(new Uri(server.Url.Text), new AwsAccount("AKIDEXAMPLE", "secret", null, "eu-west-1")))
        {
            Clock = new TestClock(),
        },
    };

    internal static BedrockClient Bedrock(Uri origin, AwsAccount account)
    {
        AwsSettings settings = new()
        {
            Region = account.Region,
            AccessKeyId = account.AccessKeyId,
            SecretAccessKey = Encoding.UTF8.GetBytes(account.SecretAccessKey),
            SessionToken = account.SessionToken,
        };
        return new BedrockClient(settings, new Origin(IsTls: false, "127.0.0.1", origin.Port), bearerToken: null);
    }

    internal static ChatMessage[] Says(string text) => [new ChatMessage(ChatRole.User, text)];

    internal static AIFunctionDeclaration Tool(string name, string schema = """{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""")
    {
        using JsonDocument document = JsonDocument.Parse(schema);
        return new Declared(name, document.RootElement.Clone());
    }

    /// <summary>The pieces of a stream, and what ended it.</summary>
    internal static async Task<(List<ChatResponseUpdate> Pieces, ModelException? Failure)> ReadAsync(
        IChatClient model, IEnumerable<ChatMessage> messages, ChatOptions? options = null)
    {
        List<ChatResponseUpdate> pieces = [];
        try
        {
            await foreach (ChatResponseUpdate piece in model.GetStreamingResponseAsync(messages, options, Token))
            {
                pieces.Add(piece);
            }
        }
        catch (ModelException failure)
        {
            return (pieces, failure);
        }

        return (pieces, null);
    }

    internal static async Task<ModelException> FailAsync(IChatClient model, IEnumerable<ChatMessage>? messages = null, ChatOptions? options = null) =>
        await Assert.ThrowsAsync<ModelException>(() => model.GetResponseAsync(messages ?? Says("x"), options, Token));

    /// <summary>What an answer holds, in one line: texts, calls with their arguments, why it ended, tokens.</summary>
    internal static string Show(ChatResponse response)
    {
        IEnumerable<string> contents = response.Messages.SelectMany(static message => message.Contents).Select(static content => content switch
        {
            TextContent text => text.Text,
            TextReasoningContent thought => $"<{thought.Text}|{thought.ProtectedData}>",
            FunctionCallContent { Exception: not null } call => $"{call.Name}#{call.CallId}(!)",
            FunctionCallContent call =>
                $"{call.Name}#{call.CallId}({string.Join(',', call.Arguments!.Select(static argument => $"{argument.Key}={(JsonElement)argument.Value!}"))})",
            _ => content.GetType().Name,
        });
        return $"{string.Join(' ', contents)} [{response.FinishReason}] {response.Usage?.InputTokenCount}+{response.Usage?.OutputTokenCount}";
    }

    private sealed class Declared(string name, JsonElement schema) : AIFunctionDeclaration
    {
        public override string Name => name;

        public override string Description => $"What {name} does.";

        public override JsonElement JsonSchema => schema;
    }
}
