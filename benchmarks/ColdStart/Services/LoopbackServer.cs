using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Hashee.Benchmarks.ColdStart.Services;

/// <summary>
/// A server on 127.0.0.1 whose threads wait in accept and in read: the kernel wakes the one that has something to do, and nothing but its
/// system call lies between the socket and the time stamp. The emulator's Kestrel would put an event loop and the thread pool there, which
/// have to share the processors with a program that may be ready within a millisecond.
/// </summary>
internal sealed class LoopbackServer : IDisposable
{
    private const int Threads = 8;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly SslServerAuthenticationOptions? _tls;
    private readonly Action<HttpConnection> _serve;

    /// <summary>Starts to listen on a free port.</summary>
    /// <param name="serve">Serves one connection until the client closes it.</param>
    /// <param name="certificate">For TLS, with its chain; null for plain HTTP.</param>
    public LoopbackServer(Action<HttpConnection> serve, SslStreamCertificateContext? certificate = null)
    {
        _serve = serve;
        _tls = certificate is null ? null : new SslServerAuthenticationOptions { ServerCertificateContext = certificate };
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(Threads);
        for (int i = 0; i < Threads; i++)
        {
            new Thread(AcceptForever) { IsBackground = true, Name = $"loopback server {i}" }.Start();
        }
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public void Dispose() => _listener.Dispose();

    private void AcceptForever()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = _listener.Accept();
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }

            socket.NoDelay = true;
            try
            {
                using NetworkStream plain = new(socket, ownsSocket: true);
                if (_tls is null)
                {
                    _serve(new HttpConnection(plain));
                }
                else
                {
                    using SslStream secure = new(plain);
                    secure.AuthenticateAsServer(_tls);
                    _serve(new HttpConnection(secure));
                }
            }
            catch (Exception exception) when (exception is IOException or AuthenticationException or InvalidDataException)
            {
                // A measured process that is killed resets its connections. One that fails otherwise gets no further, and that is reported.
            }
        }
    }
}
