namespace Hashee.Emulator.Sqs;

/// <summary>How the service answers.</summary>
internal enum SqsAvailability
{
    /// <summary>As usual.</summary>
    Available,

    /// <summary>Every request gets 503 ServiceUnavailable.</summary>
    Unavailable,

    /// <summary>Every connection is reset, before or after its handshake, without an answer.</summary>
    Unreachable,
}
