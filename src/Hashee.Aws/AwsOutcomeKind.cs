namespace Hashee.Aws;

/// <summary>How a call to an AWS service ended.</summary>
internal enum AwsOutcomeKind
{
    /// <summary>
    /// It did not answer usefully within the time limits: not reachable, no trust, closed, stalled, garbage, throttled or a server error.
    /// </summary>
    Unavailable,

    /// <summary>It did what was asked.</summary>
    Accepted,

    /// <summary>It said no (HTTP 4xx), and would say it again.</summary>
    Refused,

    /// <summary>It said no because the condition of the call does not hold.</summary>
    ConditionFailed,

    /// <summary>There is no such object.</summary>
    NotFound,
}
