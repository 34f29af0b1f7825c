namespace Hashee.Emulator.Sqs;

/// <summary>How the service answers.</summary>
internal enum SqsAvailability
{
    /// <summary>As usual.</summary>
    Available,

    /// <summary>Every request gets 503 ServiceUnavailable.</summary>
    Unavailable,

    /// <summary>New connections are closed before any handshake, kept ones with their next request.</summary>
    Unreachable,
}
