namespace Hashee.Aws;

/// <summary>How a call to an AWS service ended.</summary>
/// <param name="Kind">The outcome.</param>
/// <param name="Reason">What happened, short and fit for a log: no secret, nothing that was sent.</param>
/// <param name="HttpStatus">The HTTP status that the service answered with; 0 when it did not.</param>
/// <param name="Code">The service's name for its error, letters, digits and <c>_.</c> only; empty when there is none.</param>
internal readonly record struct AwsOutcome(AwsOutcomeKind Kind, string Reason, int HttpStatus, string Code)
{
    internal const string TimeLimitReached = "the time limit was reached";

    /// <summary>True when the service did what was asked.</summary>
    public bool IsAccepted => Kind == AwsOutcomeKind.Accepted;

    internal static AwsOutcome Unavailable(string reason) => new(AwsOutcomeKind.Unavailable, reason, 0, "");
}
