namespace Hashee.Agents;

/// <summary>The default agent: answers a text with the same text.</summary>
public sealed class EchoAgent : IAgent
{
    /// <inheritdoc/>
    public ValueTask<string?> ReplyAsync(Message message, CancellationToken cancellationToken) =>
        ValueTask.FromResult(message.Text is { } text ? $"Echo: {text}" : null);
}
