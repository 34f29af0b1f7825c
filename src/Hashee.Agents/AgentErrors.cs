using Hashee.Host;

namespace Hashee.Agents;

/// <summary>
/// Logs what an agent throws: its type and its stack. What the exception says may quote the conversation, so that is logged only where
/// <c>HASHEE_LOG_AGENT_ERRORS</c> is <c>full</c>, as in the local world, or where it is a text of our own.
/// </summary>
internal sealed class AgentErrors(bool withMessages)
{
    /// <summary>As the environment says.</summary>
    public static AgentErrors Read(Configuration environment) => new(environment.OneOf("HASHEE_LOG_AGENT_ERRORS", "stack", "full") == "full");

    /// <param name="e">What was thrown.</param>
    /// <param name="log">Where it goes.</param>
    public void Write(Exception e, AgentLog log) => log.Error(
        "The agent failed.",
        new("errorType", e.GetType().ToString()),
        new("errorMessage", withMessages || e is ReportableException ? e.Message : null),
        new("cause", e.InnerException is { } cause ? withMessages ? $"{cause.GetType()}: {cause.Message}" : cause.GetType().ToString() : null),
        new("stack", e.StackTrace));
}
