using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Hashee.Testing.Servers;

/// <summary>
/// A server on a free loopback port that serves one connection after the other, or all at the same time, each by the next script; the last
/// one serves all that follow. A connection is closed when its script returns.
/// </summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly TcpListener _listener;
    private readonly Action<ServerConnection>[] _scripts;
    private readonly bool _isConcurrent;
    private readonly Thread _thread;
    private readonly SemaphoreSlim _accepted = new(0);
    private readonly Lock _gate = new();
    private readonly List<(TcpClient Client, Thread? Thread)> _open = [];
    private volatile int _connections;
    private Exception? _failure;
    private volatile bool _isClosing;

    internal LoopbackServer(params Action<ServerConnection>[] scripts)
        : this(IPAddress.Loopback, scripts)
    {
    }

    internal LoopbackServer(IPAddress address, params Action<ServerConnection>[] scripts)
        : this(address, isConcurrent: false, scripts)
    {
    }

    private LoopbackServer(IPAddress address, bool isConcurrent, Action<ServerConnection>[] scripts)
    {
        _scripts = scripts;
        _isConcurrent = isConcurrent;
        _listener = new TcpListener(address, 0);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _thread = new Thread(Serve) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>A server that serves all its connections at the same time.</summary>
    internal static LoopbackServer Concurrent(params Action<ServerConnection>[] scripts) => new(IPAddress.Loopback, isConcurrent: true, scripts);

    internal int Port { get; }

    /// <summary>The connections that were accepted.</summary>
    internal int Connections => _connections;

    /// <summary>Waits for one more connection than this was called for before: the kernel takes one before the server does.</summary>
    internal void WaitForConnection() => _accepted.Wait(TestContext.Current.CancellationToken);

    /// <summary>Waits until the scripts of all connections have ended, once no further connection is taken.</summary>
    internal void WaitForScripts()
    {
        _thread.Join();
        foreach ((_, Thread? thread) in _open)
        {
            thread?.Join();
        }
    }

    /// <summary>Takes no further connection; what is open stays open.</summary>
    internal void Close()
    {
        _isClosing = true;
        _listener.Stop();
    }

    /// <summary>Closes the port and the connections that are open, and shows what went wrong in a script.</summary>
    public void Dispose()
    {
        Close();
        (TcpClient Client, Thread? Thread)[] open;
        lock (_gate)
        {
            open = [.. _open];
        }

        foreach ((TcpClient client, _) in open)
        {
            client.Dispose();
        }

        WaitForScripts();
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
            Guard(() =>
            {
                if (Accept() is not { } client)
                {
                    return;
                }

                client.NoDelay = true;
                Action<ServerConnection> script = _scripts[Math.Min(++_connections, _scripts.Length) - 1];
                Thread? thread = _isConcurrent ? new Thread(() => Run(script, client)) { IsBackground = true } : null;
                lock (_gate)
                {
                    _open.Add((client, thread));
                }

                if (_isClosing)
                {
                    client.Dispose();
                }

                _accepted.Release();
                thread?.Start();
                if (thread is null)
                {
                    Run(script, client);
                }
            });
        }
    }

    private TcpClient? Accept()
    {
        try
        {
            return _listener.AcceptTcpClient();
        }
        catch (InvalidOperationException) when (_isClosing)
        {
            // It was stopped just before it was asked.
            return null;
        }
    }

    private void Run(Action<ServerConnection> script, TcpClient client) => Guard(() =>
    {
        using (client)
        {
            script(new ServerConnection(client.GetStream(), client.Client));
        }
    });

    private void Guard(Action action)
    {
        try
        {
            action();
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
