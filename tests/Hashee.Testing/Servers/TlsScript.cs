using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Hashee.Testing.Servers;

/// <summary>Puts TLS around what a server does on a connection.</summary>
internal static class TlsScript
{
    internal static SslServerAuthenticationOptions Options(X509Certificate2 certificate, params X509Certificate2Collection intermediates) => new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(certificate, intermediates, offline: true),
    };

    internal static Action<ServerConnection> Over(SslServerAuthenticationOptions options, Action<ServerConnection> script) => connection =>
    {
        using SslStream stream = new(connection.Stream);
        stream.AuthenticateAsServer(options);
        script(connection.Over(stream));
    };
}
