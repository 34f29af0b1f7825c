namespace Hashee.Webhook;

/// <summary>What the webhook made of a call.</summary>
internal enum Verdict
{
    /// <summary>Nothing was decided: 500.</summary>
    Undecided,

    /// <summary>Good and queued, or seen before: 200.</summary>
    Accepted,

    /// <summary><c>GET /health</c>: 200.</summary>
    Healthy,

    /// <summary>Another method than POST: 405.</summary>
    MethodNotAllowed,

    /// <summary>A header or the body is missing or malformed: 400.</summary>
    BadRequest,

    /// <summary>More than the queue takes: 413.</summary>
    TooLarge,

    /// <summary>Not fresh: 401.</summary>
    StaleTimestamp,

    /// <summary>Not signed with any of the secrets: 401.</summary>
    InvalidSignature,

    /// <summary>For another agent: 403.</summary>
    WrongAgent,

    /// <summary>The queue did not take it, and Hashee has to call again: 503.</summary>
    QueueUnavailable,
}
