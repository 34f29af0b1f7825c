using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Hashee.Agents.Models;

/// <summary>The model that needs no network: answers <c>Echo: </c> and what the user said last. It calls no tools.</summary>
internal sealed class EchoModel() : ModelClient(Provider, Provider)
{
    internal const string Provider = "echo";

    internal override string Name => Provider;

    internal override void Connect(TimeSpan limit)
    {
    }

    public override Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ChatMessage answer = new(ChatRole.Assistant, $"Echo: {messages.LastOrDefault(static message => message.Role == ChatRole.User)?.Text}");
        return Task.FromResult(new ChatResponse(answer) { FinishReason = ChatFinishReason.Stop, ModelId = Provider });
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (ChatResponseUpdate piece in (await GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false)).ToChatResponseUpdates())
        {
            yield return piece;
        }
    }

    public override void Dispose()
    {
    }
}
