namespace Hashee.Aws;

/// <summary>How a call to SQS ended.</summary>
public enum SqsOutcomeKind
{
    /// <summary>Nothing was decided: nothing was taken, as far as anybody knows.</summary>
    Undecided,

    /// <summary>
    /// SQS did not answer usefully within the time limits: not reachable, no trust, closed, stalled, garbage, throttled or a server
    /// error.
    /// </summary>
    Unavailable,

    /// <summary>SQS took it.</summary>
    Accepted,

    /// <summary>SQS said no (HTTP 4xx), and would say it again.</summary>
    Refused,

    /// <summary>SQS took something, but its MD5 is not that of the body that was sent.</summary>
    WrongMd5,
}
