using Hashee.Agents.Steps;
using Hashee.Lambda;

namespace Hashee.Worker;

/// <summary>
/// What turns do, as CloudWatch metrics by door, and as parts of a sampled trace. A line for each step, so that percentiles are those of single calls.
/// </summary>
/// <param name="door">The door's name.</param>
/// <param name="metrics">Where it is counted.</param>
/// <param name="xRay">Where it is traced; null for nowhere.</param>
internal sealed class TurnReports(string door, Metrics metrics, XRay? xRay) : IStepObserver
{
    private readonly MetricDimension _door = new("Door", door);

    /// <summary>The same handler, whose trace this knows.</summary>
    public InvocationHandler Around(InvocationHandler handler) => xRay is null ? handler : (payload, context, response) =>
    {
        xRay.Begin(context.TraceId);
        handler(payload, context, response);
    };

    public void OnEnded(in EndedStep step)
    {
        double milliseconds = step.Time.TotalMilliseconds;
        switch (step.Kind)
        {
            case StepKind.Agent:
                metrics.Emit(_door, new Metric("AgentInvocations", 1));
                break;
            case StepKind.Model:
                metrics.Emit(
                    _door,
                    new Metric("ModelCalls", 1),
                    new Metric("InputTokens", step.InputTokens),
                    new Metric("OutputTokens", step.OutputTokens),
                    new Metric("TokensUsed", step.InputTokens + step.OutputTokens),
                    new Metric("ModelTime", milliseconds, MetricUnit.Milliseconds));
                break;
            case StepKind.Tool:
                metrics.Emit(_door, new Metric("ToolCalls", 1));
                break;
            case StepKind.Session:
                metrics.Emit(_door, new Metric("SessionTime", milliseconds, MetricUnit.Milliseconds));
                break;
            default:
                break;
        }

        xRay?.Send(new Subsegment(
            $"{NameOf(step.Kind)} {step.Name}", step.StartedAt, step.Time, step.ErrorCode, step.InputTokens, step.OutputTokens));
    }

    private static string NameOf(StepKind kind) => kind switch
    {
        StepKind.Agent => "agent",
        StepKind.Session => "session",
        StepKind.Model => "model",
        StepKind.Tool => "tool",
        StepKind.Reply => "reply",
        _ => "step",
    };
}
