using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Hashee.Benchmarks.ColdStart.Services;

/// <summary>
/// The server's end of an HTTP/1.1 connection, with as little of it as possible between the last byte of a request and its time stamp.
/// </summary>
internal sealed class HttpConnection(Stream stream)
{
    private byte[] _buffer = new byte[32 * 1024];
    private int _end;

    /// <summary>Reads one request.</summary>
    /// <returns>Null when the client has closed the connection.</returns>
    /// <exception cref="InvalidDataException">These are not the bytes of a request.</exception>
    public HttpExchange? Read()
    {
        int headEnd;
        while ((headEnd = _buffer.AsSpan(0, _end).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (!Fill())
            {
                return null;
            }
        }

        int bodyStart = headEnd + 4;
        ReadOnlySpan<byte> length = Header(headEnd, "content-length"u8);
        bool chunked = Ascii.EqualsIgnoreCase(Header(headEnd, "transfer-encoding"u8), "chunked"u8);
        if (Ascii.EqualsIgnoreCase(Header(headEnd, "expect"u8), "100-continue"u8))
        {
            Write("HTTP/1.1 100 Continue\r\n\r\n"u8);
        }

        byte[] body;
        int consumed;
        if (chunked)
        {
            (body, consumed) = ReadChunks(bodyStart);
        }
        else
        {
            int count = length.IsEmpty ? 0 : Number(length, NumberStyles.None);
            consumed = bodyStart + count;
            while (_end < consumed)
            {
                FillMore();
            }

            body = [];
        }

        long completedAt = Stopwatch.GetTimestamp();
        if (!chunked)
        {
            body = _buffer.AsSpan(bodyStart, consumed - bodyStart).ToArray();
        }

        string head = Encoding.Latin1.GetString(_buffer, 0, headEnd);
        _buffer.AsSpan(consumed, _end - consumed).CopyTo(_buffer);
        _end -= consumed;
        return HttpExchange.Parse(head, body, completedAt);
    }

    /// <summary>Sends prepared bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        stream.Write(bytes);
        stream.Flush();
    }

    private (byte[] Body, int Consumed) ReadChunks(int at)
    {
        using MemoryStream body = new();
        while (true)
        {
            int lineEnd;
            while ((lineEnd = _buffer.AsSpan(at, _end - at).IndexOf("\r\n"u8)) < 0)
            {
                FillMore();
            }

            ReadOnlySpan<byte> size = _buffer.AsSpan(at, lineEnd);
            int extension = size.IndexOf((byte)';');
            int count = Number(extension < 0 ? size : size[..extension], NumberStyles.AllowHexSpecifier);
            at += lineEnd + 2;
            while (_end < at + count + 2)
            {
                FillMore();
            }

            body.Write(_buffer, at, count);
            at += count + 2;
            if (count == 0)
            {
                return (body.ToArray(), at);
            }
        }
    }

    private ReadOnlySpan<byte> Header(int headEnd, ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> head = _buffer.AsSpan(0, headEnd);
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

    private static int Number(ReadOnlySpan<byte> text, NumberStyles style) =>
        int.TryParse(text, style, CultureInfo.InvariantCulture, out int number) && number >= 0
            ? number
            : throw new InvalidDataException("a request's length is not a number");

    private bool Fill()
    {
        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }

        int count = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += count;
        return count > 0;
    }

    private void FillMore()
    {
        if (!Fill())
        {
            throw new InvalidDataException("the connection ended in the middle of a request");
        }
    }
}
