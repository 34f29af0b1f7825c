namespace Hashee.Host.Transport;

/// <summary>Where a host can be connected to.</summary>
/// <param name="Family">AF_INET or AF_INET6.</param>
/// <param name="Protocol">The socket's protocol.</param>
/// <param name="Bytes">A struct sockaddr of the family.</param>
internal readonly record struct HostAddress(int Family, int Protocol, byte[] Bytes);
