using Hashee.Host;

namespace Hashee.Agents;

/// <summary>
/// Runs a user's code, on another thread because it may block, and not beyond the deadline. What it throws is the message's own failure;
/// the exception's message may quote the conversation, so only its type is passed on.
/// </summary>
/// <param name="errors">Where exceptions go.</param>
internal sealed class AgentRun(AgentErrors errors)
{
    /// <summary>The code of a turn that was left to go on, which only a door with a session can keep.</summary>
    public const string Unfinished = "turn_unfinished";

    public async Task<(string? Text, Failure? Failure)> RunAsync(Func<Task<string?>> run, AgentLog log, CancellationToken cancellationToken)
    {
        try
        {
            return (await Task.Run(run, cancellationToken).WaitAsync(cancellationToken), null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return (null, new Failure(FailureKind.World, "no_time", "the agent did not finish before the deadline"));
        }
        catch (UnfinishedTurnException)
        {
            return (null, new Failure(
                FailureKind.Own, Unfinished, "the agent left the turn unfinished where it cannot go on: CanContinue of the conversation says where it can"));
        }
        catch (AgentException e) when (e.Failure.Kind != FailureKind.Own)
        {
            // What a channel or a model could not do has a reason already, and no line of the agent's to be mended.
            return (null, e.Failure);
        }
#pragma warning disable CA1031 // whatever a user's agent throws, the instance lives on
        catch (Exception e)
#pragma warning restore CA1031
        {
            errors.Write(e, log);
            if (cancellationToken.IsCancellationRequested)
            {
                // What code throws because it was told to end says nothing about the code.
                return (null, new Failure(FailureKind.World, "no_time", "the agent did not finish before the deadline"));
            }

            return (null, e is AgentException { Failure: { } failure }
                ? failure
                : new Failure(FailureKind.Own, "agent_failed", $"the agent failed with {e.GetType()}"));
        }
    }
}
