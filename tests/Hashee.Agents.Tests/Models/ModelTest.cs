using System.Text.Json;
using Hashee.Agents.Models;
using Hashee.Testing;
using Microsoft.Extensions.AI;

namespace Hashee.Agents.Tests.Models;

/// <summary>What the tests of all models need.</summary>
internal static class ModelTest
{
    internal static CancellationToken Token => TestContext.Current.CancellationToken;

    internal static OpenAIModel OpenAI(ModelServer server, TestClock? clock = null) =>
        new("gpt-test", "sk-test", server.At("/v1")) { Clock = clock ?? new TestClock() };

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
