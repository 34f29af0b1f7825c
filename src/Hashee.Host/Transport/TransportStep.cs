namespace Hashee.Host.Transport;

/// <summary>In which step of a request something failed.</summary>
internal enum TransportStep
{
    /// <summary>Writing the request, or waiting for the answer.</summary>
    Exchange,
    Resolving,
    Connecting,
    ShakingHands,

    /// <summary>What came is no answer of HTTP/1.1, or too long.</summary>
    Decoding,
}
