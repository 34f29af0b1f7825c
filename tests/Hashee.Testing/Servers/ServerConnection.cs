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
        List<byte> head = [];
        while (!head.TakeLast(4).SequenceEqual("\r\n\r\n"u8.ToArray()))
        {
            int next = stream.ReadByte();
            if (next < 0)
            {
                return null;
            }

            head.Add((byte)next);
        }

        string[] lines = Encoding.ASCII.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Dictionary<string, string> headers = lines.Skip(1)
            .Select(line => line.Split(": ", 2))
            .ToDictionary(parts => parts[0], parts => parts[1], StringComparer.OrdinalIgnoreCase);
        byte[] body = new byte[int.Parse(headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture)];
        stream.ReadExactly(body);
        return new HttpMessage(lines[0], headers, body);
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

    /// <summary>Waits until the client goes away.</summary>
    internal void Stall()
    {
        while (stream.ReadByte() >= 0)
        {
        }
    }
}
