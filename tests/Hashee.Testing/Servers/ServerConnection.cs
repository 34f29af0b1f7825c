using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Hashee.Testing.Servers;

/// <summary>One accepted connection, with every byte under the test's control.</summary>
internal sealed class ServerConnection(Stream stream, Socket socket)
{
    internal Stream Stream => stream;

    /// <summary>Reads a request with its body; null when the client closed.</summary>
    internal HttpMessage? ReadRequest()
    {
        if (ReadHead() is not { } head)
        {
            return null;
        }

        byte[] body = new byte[int.Parse(head.Headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture)];
        stream.ReadExactly(body);
        return head with { Body = body };
    }

    /// <summary>Reads the head of a request; null when the client closed.</summary>
    internal HttpMessage? ReadHead()
    {
        if (ReadLine() is not { } startLine)
        {
            return null;
        }

        return new HttpMessage(startLine, ReadFields(), []);
    }

    /// <summary>Reads the next piece of a body in chunks; null behind the last one, where the trailer fields are.</summary>
    internal byte[]? ReadChunk()
    {
        byte[] chunk = new byte[int.Parse(ReadLine() ?? "", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)];
        if (chunk.Length == 0)
        {
            return null;
        }

        stream.ReadExactly(chunk);
        Assert.Equal("", ReadLine());
        return chunk;
    }

    /// <summary>Reads header or trailer fields and the empty line behind them.</summary>
    internal Dictionary<string, string> ReadFields()
    {
        Dictionary<string, string> fields = new(StringComparer.OrdinalIgnoreCase);
        while (ReadLine() is { Length: > 0 } line)
        {
            string[] parts = line.Split(": ", 2);
            fields.Add(parts[0], parts[1]);
        }

        return fields;
    }

    internal void Send(string bytes) => Send(Encoding.UTF8.GetBytes(bytes));

    internal void Send(byte[] bytes)
    {
        stream.Write(bytes);
        stream.Flush();
    }

    internal void SendBytewise(string bytes)
    {
        foreach (byte one in Encoding.UTF8.GetBytes(bytes))
        {
            Send([one]);
        }
    }

    /// <summary>The same connection with another protocol on it.</summary>
    internal ServerConnection Over(Stream upper) => new(upper, socket);

    /// <summary>Closes the connection under whatever protocol runs on it.</summary>
    internal void Abort() => socket.Dispose();

    /// <summary>Closes the connection with a reset.</summary>
    internal void Reset()
    {
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Dispose();
    }

    /// <summary>Ends this side of the stream; the other may go on sending.</summary>
    internal void CloseSending() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Waits until the client goes away.</summary>
    internal void Stall()
    {
        while (stream.ReadByte() >= 0)
        {
        }
    }

    /// <summary>Reads nothing and keeps the connection until the server is closed: of a client that has more to send nothing is heard.</summary>
    internal void Hold()
    {
        while (!socket.Poll(TimeSpan.FromSeconds(1), SelectMode.SelectError))
        {
        }
    }

    private string? ReadLine()
    {
        List<byte> line = [];
        int next;
        while ((next = stream.ReadByte()) != '\n')
        {
            if (next < 0)
            {
                return null;
            }

            line.Add((byte)next);
        }

        Assert.True(line.Count > 0 && line[^1] == '\r', "A line of the client does not end in CR LF.");
        return Encoding.ASCII.GetString([.. line[..^1]]);
    }
}
