namespace Hashee.Host;

/// <summary>By when something has to be done, for those who ask before they begin, and for those who want to be told in the middle of it.</summary>
/// <param name="Deadline">The moment.</param>
/// <param name="Token">Is cancelled then, or earlier when the work is no longer wanted.</param>
public readonly record struct TimeLimit(Deadline Deadline, CancellationToken Token)
{
    /// <summary>Whether nothing should be begun any more.</summary>
    public bool HasPassed => Token.IsCancellationRequested || Deadline.HasPassed;
}
