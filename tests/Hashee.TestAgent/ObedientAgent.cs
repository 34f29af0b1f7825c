using Hashee.Agents;

namespace Hashee.TestAgent;

/// <summary>Answers a text with the same text, unless that asks for something else.</summary>
internal sealed class ObedientAgent : IAgent
{
    /// <inheritdoc/>
    public async ValueTask<string?> ReplyAsync(Message message, CancellationToken cancellationToken)
    {
        string? text = message.Text;
        return text?.Split(' ') switch
        {
            null or ["silence", ..] => null,
            ["fail", ..] => throw new InvalidOperationException($"The agent was asked to fail: {text}"),
            ["hang", ..] => await HangAsync(cancellationToken),
            ["variable", string name, ..] => Environment.GetEnvironmentVariable(name) ?? $"{name} is not set",
            _ => $"Echo: {text}",
        };
    }

    private static async Task<string?> HangAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return null;
    }
}
