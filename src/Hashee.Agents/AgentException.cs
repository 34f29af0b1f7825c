using Hashee.Host;

namespace Hashee.Agents;

/// <summary>
/// A failure that an agent has a reason for. One that the agent lets pass fails the message as <see cref="Failure"/> says: the world's trouble is waited
/// for, the message's own is tried a few times, what is final is given up at once.
/// </summary>
/// <param name="failure">Why; its reason is the exception's message, goes into the log, and quotes nothing that a user or a model wrote.</param>
public class AgentException(Failure failure) : ReportableException(failure.Reason)
{
    /// <summary>Why it failed.</summary>
    public Failure Failure { get; } = failure;
}
