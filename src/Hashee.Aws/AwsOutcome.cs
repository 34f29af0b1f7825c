namespace Hashee.Aws;

/// <summary>How a call to an AWS service ended.</summary>
/// <param name="kind">The outcome.</param>
/// <param name="reason">What happened, short and fit for a log: no secret, nothing that was sent.</param>
/// <param name="httpStatus">The HTTP status that the service answered with; 0 when it did not.</param>
/// <param name="code">The service's name for its error, letters, digits and <c>_.</c> only; empty when there is none.</param>
internal readonly struct AwsOutcome(AwsOutcomeKind kind, string reason, int httpStatus, string code)
{
    internal const string TimeLimitReached = "the time limit was reached";

    public AwsOutcomeKind Kind => kind;

    public string Reason => reason;

    public int HttpStatus => httpStatus;

    public string Code => code;

    /// <summary>True when the service did what was asked.</summary>
    public bool IsAccepted => Kind == AwsOutcomeKind.Accepted;

    internal static AwsOutcome Unavailable(string reason) => new(AwsOutcomeKind.Unavailable, reason, 0, "");
}
