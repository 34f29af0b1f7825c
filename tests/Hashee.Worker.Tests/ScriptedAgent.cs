using Hashee.Agents;
using Hashee.Protocol;

namespace Hashee.Worker.Tests;

/// <summary>An agent made of what a test says.</summary>
internal sealed class ScriptedAgent(Func<Message, CancellationToken, ValueTask<string?>> reply) : IAgent
{
    public ScriptedAgent(Func<Message, string?> reply)
        : this((message, _) => ValueTask.FromResult(reply(message)))
    {
    }

    /// <summary>Called for an event that is not a message.</summary>
    public Func<HasheeEvent, ValueTask> OnEvent { get; init; } = static _ => ValueTask.CompletedTask;

    public ValueTask<string?> ReplyAsync(Message message, CancellationToken cancellationToken) => reply(message, cancellationToken);

    public ValueTask OnEventAsync(HasheeEvent hasheeEvent, CancellationToken cancellationToken) => OnEvent(hasheeEvent);
}
