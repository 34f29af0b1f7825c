using Hashee.Host;

namespace Hashee.Agents;

/// <summary>
/// What an agent asked of a conversation cannot be done. One that the agent lets pass fails the message as <see cref="Failure"/> says: the world's
/// trouble is waited for, the message's own is tried a few times.
/// </summary>
/// <param name="failure">Why; its reason is the exception's message.</param>
public sealed class ConversationException(Failure failure) : ReportableException(failure.Reason)
{
    /// <summary>Why it cannot be done.</summary>
    public Failure Failure { get; } = failure;
}
