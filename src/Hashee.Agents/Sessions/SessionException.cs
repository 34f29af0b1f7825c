using Hashee.Host;

namespace Hashee.Agents.Sessions;

/// <summary>A store could not do what it was asked for.</summary>
/// <param name="failure">Why.</param>
internal sealed class SessionException(Failure failure) : AgentException(failure)
{
    /// <summary>The store is away, or takes no notice of its caller's rights: an operator's to mend, or time's.</summary>
    /// <param name="what">What could not be done, as the beginning of a sentence.</param>
    /// <param name="why">Short and fit for a log.</param>
    public static SessionException Away(string what, string why) => new(new Failure(
        FailureKind.World, "session_store_unavailable", $"{what}: {why}"));

    /// <summary>What is stored cannot be understood: trying again does not help, and nothing is written over it.</summary>
    public static SessionException Unreadable(string what) => new(new Failure(
        FailureKind.Own, "session_unreadable", $"{what} cannot be read; it is left as it is, and a new session begins when it is deleted"));
}
