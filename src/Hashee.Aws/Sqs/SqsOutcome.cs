namespace Hashee.Aws;

/// <summary>How a call to SQS ended.</summary>
/// <param name="Kind">The outcome.</param>
/// <param name="Reason">What happened, short and fit for a log: no secret, nothing of the message.</param>
/// <param name="HttpStatus">The HTTP status that SQS answered with; 0 when it did not.</param>
public readonly record struct SqsOutcome(SqsOutcomeKind Kind, string Reason, int HttpStatus)
{
    /// <summary>True when SQS took it.</summary>
    public bool IsAccepted => Kind == SqsOutcomeKind.Accepted;
}
