using System.Text.Json.Serialization;
using Hashee.Agents;
using Hashee.Host;

namespace Hashee.TestAgent;

/// <summary>Answers a text with the same text, unless that asks for something else.</summary>
/// <param name="greeting">What an answer begins with.</param>
internal sealed partial class ObedientAgent(string greeting) : IAgent
{
    /// <inheritdoc/>
    public async ValueTask<string?> ReplyAsync(Message message, CancellationToken cancellationToken)
    {
        Conversation conversation = message.Conversation;
        string? text = message.Text;
        switch (text?.Split(' '))
        {
            case null or ["silence", ..]:
                return null;
            case ["fail", ..]:
                throw new InvalidOperationException($"The agent was asked to fail: {text}");
            case ["hang", ..]:
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return null;
            case ["variable", string name, ..]:
                return Environment.GetEnvironmentVariable(name) ?? $"{name} is not set";
            case ["twice", ..]:
                await conversation.ShowTypingAsync(cancellationToken);
                await conversation.SendAsync("Once.", cancellationToken);
                await conversation.WriteAsync("Twi", cancellationToken);
                return "ce.";
            case ["tell", string other, ..]:
                await conversation.SendToAsync(other, text, cancellationToken);
                message.Log.Info("Told.");
                return "Told.";
            case ["attach", ..]:
                await conversation.SendAsync(null, [new Attachment("a.txt", "text/plain", "hello"u8.ToArray())], cancellationToken);
                return "Attached.";
            case ["remember", ..]:
                conversation.SetState(new Memory(text), MemoryJson.Default.Memory);
                return "Remembered.";
            default:
                return $"{greeting}: {text}";
        }
    }

    /// <inheritdoc/>
    public ValueTask OnEventAsync(AgentEvent agentEvent, CancellationToken cancellationToken) => agentEvent switch
    {
        { Type: "relation.restored", ConversationId: { } conversation } => agentEvent.SendToAsync(conversation, "Welcome back.", cancellationToken),
        _ => ValueTask.CompletedTask,
    };

    /// <inheritdoc/>
    public ValueTask<string?> ApologizeAsync(Message message, Failure failure, CancellationToken cancellationToken) =>
        message.Text?.Split(' ') switch
        {
            ["fail", "twice", ..] => throw new InvalidOperationException($"The agent fails again: {message.Text}"),
            ["fail", "mutely", ..] => ValueTask.FromResult<string?>(null),
            _ => ValueTask.FromResult<string?>($"Sorry: {failure.Code}"),
        };

    internal sealed record Memory(string Text);

    [JsonSerializable(typeof(Memory))]
    internal sealed partial class MemoryJson : JsonSerializerContext;
}
