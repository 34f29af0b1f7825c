using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Hashee.Agents.Tests.Turns;

/// <summary>One answer: what is asked for it, and the pieces that come.</summary>
internal delegate IAsyncEnumerable<ChatResponseUpdate> Answer(IReadOnlyList<ChatMessage> request, ChatOptions options, CancellationToken cancellationToken);

/// <summary>A model that answers what a test says, one answer for each call; the last one again and again.</summary>
internal sealed class ScriptedModel(params Answer[] answers) : IChatClient
{
    /// <summary>What it was asked, in order.</summary>
    public List<(IReadOnlyList<ChatMessage> Messages, ChatOptions Options)> Requests { get; } = [];

    public static Answer Says(params string[] pieces) => Ends(ChatFinishReason.Stop, [.. pieces.Select(static piece => new TextContent(piece))]);

    public static Answer Calls(params FunctionCallContent[] calls) => Ends(ChatFinishReason.ToolCalls, calls);

    public static Answer Ends(ChatFinishReason reason, params AIContent[] contents) => (_, _, _) => Stream(
        [
            .. contents.Select(static content => new ChatResponseUpdate(ChatRole.Assistant, [content])),
            new ChatResponseUpdate { FinishReason = reason, Contents = [new UsageContent(new UsageDetails { InputTokenCount = 10, OutputTokenCount = 3 })] },
        ]);

    public static Answer Throws(Exception e) => (_, _, _) => Fail(e);

    /// <summary>One that never comes.</summary>
    public static Answer Hangs() => static (_, _, token) => Wait(token);

    public static FunctionCallContent Call(string name, string id, string arguments = "{}") => new(
        id, name, JsonElement.Parse(arguments).EnumerateObject().ToDictionary(static member => member.Name, static object? (member) => member.Value));

    public static async IAsyncEnumerable<ChatResponseUpdate> Stream(IEnumerable<ChatResponseUpdate> updates)
    {
        await Task.CompletedTask;
        foreach (ChatResponseUpdate update in updates)
        {
            yield return update;
        }
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        Requests.Add(([.. messages], options!));
        return answers[Math.Min(Requests.Count, answers.Length) - 1](Requests[^1].Messages, options!, cancellationToken);
    }

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("scripted", null, "one") : null;

    public void Dispose()
    {
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> Fail(Exception e)
    {
        await Task.CompletedTask;
        yield return e is null ? new ChatResponseUpdate() : throw e;
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> Wait([EnumeratorCancellation] CancellationToken token)
    {
        await Task.Delay(Timeout.Infinite, token);
        yield break;
    }
}
