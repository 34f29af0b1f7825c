using Hashee.Agents;

public sealed class WordCountAgent : IAgent
{
    public ValueTask<string?> ReplyAsync(Message message, CancellationToken cancellationToken) =>
        ValueTask.FromResult(message.Text is { } text ? $"{text.Split(' ').Length} words" : null);
}
