using System.Net;
using System.Net.Sockets;

namespace Hashee.Benchmarks.Suites.Dispatch;

/// <summary>Prepared bytes out, so many bytes in, over a kept connection: the part of a baseline that no HTTP client can save.</summary>
internal sealed class RawExchange : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[256 * 1024];

    public RawExchange(IPEndPoint server) => _socket.Connect(server);

    /// <summary>Sends a request and receives an answer of a known length.</summary>
    public void Run(ReadOnlySpan<byte> request, int answerLength)
    {
        _socket.Send(request);
        for (int received = 0; received < answerLength;)
        {
            int count = _socket.Receive(_buffer);
            received = count > 0 ? received + count : throw new InvalidOperationException("The server closed the connection.");
        }
    }

    public void Dispose() => _socket.Dispose();
}
