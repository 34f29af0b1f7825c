using System.Net;
using System.Net.Sockets;
using System.Text;

// The floor for .NET: a Native AOT loop on blocking sockets that answers every event with the same bytes.

string api = Environment.GetEnvironmentVariable("AWS_LAMBDA_RUNTIME_API")
    ?? throw new InvalidOperationException("AWS_LAMBDA_RUNTIME_API is missing");
using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
socket.Connect(IPEndPoint.Parse(api));

byte[] next = Encoding.ASCII.GetBytes($"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: {api}\r\n\r\n");
byte[] tail = Encoding.ASCII.GetBytes(
    $"/response HTTP/1.1\r\nHost: {api}\r\nContent-Length: 30\r\n\r\n" + """{"statusCode":200,"body":"ok"}""");
byte[] response = new byte[512];
byte[] incoming = new byte[64 * 1024];

while (true)
{
    Send(next);
    ReadOnlySpan<byte> id = Header(Receive(), "Lambda-Runtime-Aws-Request-Id"u8);

    ReadOnlySpan<byte> start = "POST /2018-06-01/runtime/invocation/"u8;
    start.CopyTo(response);
    id.CopyTo(response.AsSpan(start.Length));
    tail.CopyTo(response.AsSpan(start.Length + id.Length));
    Send(response.AsSpan(0, start.Length + id.Length + tail.Length));
    Receive();
}

void Send(ReadOnlySpan<byte> bytes)
{
    while (!bytes.IsEmpty)
    {
        bytes = bytes[socket.Send(bytes)..];
    }
}

// Reads one message to the end of its body and returns its head.
ReadOnlySpan<byte> Receive()
{
    int used = 0;
    while (true)
    {
        int count = socket.Receive(incoming.AsSpan(used));
        if (count == 0)
        {
            Environment.Exit(1);
        }

        used += count;
        int end = incoming.AsSpan(0, used).IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            continue;
        }

        ReadOnlySpan<byte> head = incoming.AsSpan(0, end);
        _ = int.TryParse(Header(head, "Content-Length"u8), out int length);
        if (used >= end + 4 + length)
        {
            return head;
        }
    }
}

static ReadOnlySpan<byte> Header(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name)
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
