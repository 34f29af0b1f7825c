using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace Hashee.Benchmarks.Suites.Dispatch;

/// <summary>
/// An HTTP/1.1 server on 127.0.0.1 that answers every GET with one prepared answer and every POST with another. It reads no
/// further than it must and allocates nothing while it serves, so that what is measured is the client.
/// </summary>
internal sealed class CannedServer : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly byte[] _toGet;
    private readonly byte[] _toPost;

    public CannedServer(byte[] toGet, byte[] toPost)
    {
        _toGet = toGet;
        _toPost = toPost;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        new Thread(Accept) { IsBackground = true }.Start();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    /// <summary>An answer's bytes.</summary>
    public static byte[] Answer(string statusAndHeaders, ReadOnlySpan<byte> body) =>
        [.. System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 {statusAndHeaders}\r\nContent-Length: {body.Length}\r\n\r\n"), .. body];

    public void Dispose() => _listener.Dispose();

    /// <returns>False when the client has closed the connection.</returns>
    private static bool ReceiveRequest(Socket socket, byte[] buffer)
    {
        int end = 0;
        int requestEnd = int.MaxValue;
        while (end < requestEnd)
        {
            int count = socket.Receive(buffer.AsSpan(end));
            if (count == 0)
            {
                return false;
            }

            end += count;
            int headEnd = buffer.AsSpan(0, end).IndexOf("\r\n\r\n"u8);
            requestEnd = headEnd < 0 ? int.MaxValue : headEnd + 4 + ContentLength(buffer.AsSpan(0, headEnd));
        }

        return true;
    }

    private static int ContentLength(ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<byte> name = "\r\nContent-Length: "u8;
        int start = head.IndexOf(name);
        return start >= 0 && Utf8Parser.TryParse(head[(start + name.Length)..], out int length, out _) ? length : 0;
    }

    private void Accept()
    {
        try
        {
            while (true)
            {
                Socket socket = _listener.Accept();
                socket.NoDelay = true;
                new Thread(() => Serve(socket)) { IsBackground = true }.Start();
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private void Serve(Socket socket)
    {
        byte[] buffer = new byte[256 * 1024];
        try
        {
            using (socket)
            {
                while (ReceiveRequest(socket, buffer))
                {
                    socket.Send(buffer[0] == (byte)'G' ? _toGet : _toPost);
                }
            }
        }
        catch (SocketException)
        {
            // The client is gone.
        }
    }
}
