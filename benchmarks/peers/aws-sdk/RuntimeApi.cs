using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AwsSdkPeer;

/// <summary>The Lambda Runtime API, version 2018-06-01, on one blocking socket.</summary>
internal sealed class RuntimeApi : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly string _address;
    private readonly byte[] _next;
    private byte[] _buffer = new byte[64 * 1024];

    public RuntimeApi(string address)
    {
        _address = address;
        _next = Encoding.ASCII.GetBytes($"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: {address}\r\n\r\n");
        _socket.Connect(IPEndPoint.Parse(address));
    }

    public (string Id, byte[] Event) Next()
    {
        Send(_next);
        (int head, int length) = Receive();
        string id = Encoding.ASCII.GetString(Header(_buffer.AsSpan(0, head), "Lambda-Runtime-Aws-Request-Id"u8));
        return (id, _buffer.AsSpan(head, length).ToArray());
    }

    public void Answer(string id, string what, byte[] body)
    {
        byte[] head = Encoding.ASCII.GetBytes(
            $"POST /2018-06-01/runtime/invocation/{id}/{what} HTTP/1.1\r\nHost: {_address}\r\nContent-Length: {body.Length}\r\n\r\n");
        Send([.. head, .. body]);
        Receive();
    }

    public void Dispose() => _socket.Dispose();

    private void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[_socket.Send(bytes)..];
        }
    }

    /// <summary>Reads one message into the buffer: the length of its head with the empty line, and of its body.</summary>
    private (int Head, int Body) Receive()
    {
        int used = 0;
        while (true)
        {
            if (used == _buffer.Length)
            {
                Array.Resize(ref _buffer, 2 * used);
            }

            int count = _socket.Receive(_buffer.AsSpan(used));
            if (count == 0)
            {
                throw new InvalidOperationException("the Runtime API has closed the connection");
            }

            used += count;
            int end = _buffer.AsSpan(0, used).IndexOf("\r\n\r\n"u8);
            if (end < 0)
            {
                continue;
            }

            _ = int.TryParse(Header(_buffer.AsSpan(0, end), "Content-Length"u8), out int length);
            if (used >= end + 4 + length)
            {
                return (end + 4, length);
            }
        }
    }

    private static ReadOnlySpan<byte> Header(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name)
    {
        foreach (Range range in head.Split("\r\n"u8))
        {
            ReadOnlySpan<byte> line = head[range];
            if (line.Length > name.Length && line[name.Length] == ':' && Ascii.EqualsIgnoreCase(line[..name.Length], name))
            {
                return line[(name.Length + 1)..].Trim((byte)' ');
            }
        }

        return default;
    }
}
