using Hashee.Agents;
using Hashee.Host;

namespace Hashee.Worker.Tests;

/// <summary>An agent made of what a test says.</summary>
internal sealed class ScriptedAgent(Func<Message, CancellationToken, ValueTask<string?>> reply) : IAgent
{
    public ScriptedAgent(Func<Message, string?> reply)
        : this((message, _) => ValueTask.FromResult(reply(message)))
    {
    }

    /// <summary>Called for an event that is not a message.</summary>
    public Func<AgentEvent, ValueTask> OnEvent { get; init; } = static _ => ValueTask.CompletedTask;

    /// <summary>What it says of a message that it could not answer.</summary>
    public Func<Message, Failure, ValueTask<string?>> Apologize { get; init; } = static (_, _) => ValueTask.FromResult<string?>("sorry");

    public ValueTask<string?> ReplyAsync(Message message, CancellationToken cancellationToken) => reply(message, cancellationToken);

    public ValueTask OnEventAsync(AgentEvent agentEvent, CancellationToken cancellationToken) => OnEvent(agentEvent);

    public ValueTask<string?> ApologizeAsync(Message message, Failure failure, CancellationToken cancellationToken) => Apologize(message, failure);
}
