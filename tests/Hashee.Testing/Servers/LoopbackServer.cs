using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Hashee.Testing.Servers;

/// <summary>
/// A server on a free loopback port that serves one connection after the other, each by the next script; the last one serves all that
/// follow. A connection is closed when its script returns.
/// </summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly TcpListener _listener;
    private readonly Action<ServerConnection>[] _scripts;
    private readonly Thread _thread;
    private readonly SemaphoreSlim _accepted = new(0);
    private TcpClient? _current;
    private volatile int _connections;
    private Exception? _failure;
    private volatile bool _isClosing;

    internal LoopbackServer(params Action<ServerConnection>[] scripts)
        : this(IPAddress.Loopback, scripts)
    {
    }

    internal LoopbackServer(IPAddress address, params Action<ServerConnection>[] scripts)
    {
        _scripts = scripts;
        _listener = new TcpListener(address, 0);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _thread = new Thread(Serve) { IsBackground = true };
        _thread.Start();
    }

    internal int Port { get; }

    /// <summary>The connections that were accepted.</summary>
    internal int Connections => _connections;

    /// <summary>Waits for one more connection than this was called for before: the kernel takes one before the server does.</summary>
    internal void WaitForConnection() => _accepted.Wait(TestContext.Current.CancellationToken);

    /// <summary>Takes no further connection; what is open stays open.</summary>
    internal void Close()
    {
        _isClosing = true;
        _listener.Stop();
    }

    /// <summary>Closes the port and the connection that is open, and shows what went wrong in a script.</summary>
    public void Dispose()
    {
        Close();
        _current?.Dispose();
        _thread.Join();
        _accepted.Dispose();
        if (_failure is not null)
        {
            throw new InvalidOperationException("A server's script failed.", _failure);
        }
    }

    private void Serve()
    {
        while (!_isClosing)
        {
            try
            {
                using TcpClient client = _listener.AcceptTcpClient();
                _current = client;
                client.NoDelay = true;
                _connections++;
                _accepted.Release();
                _scripts[Math.Min(_connections, _scripts.Length) - 1](new ServerConnection(client.GetStream(), client.Client));
            }
            catch (Exception ended) when (ended is IOException or SocketException or ObjectDisposedException or AuthenticationException)
            {
                // The client or the test hung up.
            }
            catch (Exception failure)
            {
                _failure ??= failure;
            }
        }
    }
}
