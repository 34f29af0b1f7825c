using Hashee.Agents;

namespace Hashee.Worker;

/// <summary>Counts the words of a message.</summary>
public sealed class WordCountAgent : IAgent
{
    /// <inheritdoc/>
    public ValueTask<string?> ReplyAsync(Message message, CancellationToken cancellationToken) =>
        ValueTask.FromResult(message.Text is { } text ? $"{text.Split(' ').Length} words" : null);
}
