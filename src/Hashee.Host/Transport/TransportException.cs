namespace Hashee.Host.Transport;

/// <summary>
/// A connection failed, or what came over it was no HTTP. The message is short, fit for a log, and holds nothing that was sent or
/// received.
/// </summary>
internal class TransportException(string message) : Exception(message)
{
    /// <summary>Where it happened, as far as those need it who tell others.</summary>
    internal TransportStep Step { get; set; }
}
