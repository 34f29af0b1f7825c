namespace Hashee.Host.Transport;

/// <summary>The other side closed or reset the connection: on a kept connection the sign that it died while nobody used it.</summary>
internal sealed class ConnectionClosedException(string message) : TransportException(message);
