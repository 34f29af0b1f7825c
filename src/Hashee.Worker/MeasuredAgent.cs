using Hashee.Agents;
using Hashee.Agents.Steps;
using Hashee.Host;

namespace Hashee.Worker;

/// <summary>Any agent, each answer of which is a step.</summary>
internal sealed class MeasuredAgent(IAgent agent) : IAgent
{
    private readonly string _name = agent.GetType().Name;

    public async ValueTask<string?> ReplyAsync(Message message, CancellationToken cancellationToken)
    {
        using Step step = Step.Begin(StepKind.Agent, _name);
        try
        {
            return await agent.ReplyAsync(message, cancellationToken);
        }
        catch (UnfinishedTurnException)
        {
            throw;
        }
        catch (Exception e)
        {
            step.Fail((e as AgentException)?.Failure.Code ?? "agent_failed");
            throw;
        }
    }

    public ValueTask OnEventAsync(AgentEvent agentEvent, CancellationToken cancellationToken) => agent.OnEventAsync(agentEvent, cancellationToken);

    public ValueTask<string?> ApologizeAsync(Message message, Failure failure, CancellationToken cancellationToken) =>
        agent.ApologizeAsync(message, failure, cancellationToken);
}
