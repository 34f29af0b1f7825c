using System.Text;

namespace Hashee.Host.Transport;

/// <summary>
/// An HTTP/1.1 answer read from a connection (RFC 9112): a body by Content-Length, in chunks, or until the stream ends. The buffer is used
/// again for the next answer. What is not HTTP, too long or contradictory is a <see cref="TransportException"/>.
/// </summary>
internal sealed class HttpAnswer(int maximumBody)
{
    private const int MaximumHead = 64 * 1024;
    private const int MaximumLine = 4096;

    private byte[] _buffer = new byte[4096];
    private int _length;
    private Range _head;
    private Range _body;
    private long _contentLength;
    private bool _isChunked;

    /// <summary>The status code, 200-999.</summary>
    internal int Status { get; private set; }

    /// <summary>Whether the connection may carry another request.</summary>
    internal bool KeepsConnection { get; private set; }

    /// <summary>The body, its chunks joined; valid until the next read.</summary>
    internal ReadOnlySpan<byte> Body => _buffer.AsSpan(_body);

    /// <summary>Reads one final answer; interim ones (1xx) are skipped.</summary>
    /// <exception cref="ConnectionClosedException">The stream ended before the answer did.</exception>
    internal void Read(Connection connection, Deadline deadline)
    {
        _length = 0;
        int position = 0;
        do
        {
            position = ReadHead(connection, position, deadline);
        }
        while (Status < 200);

        if (Status is 204 or 304)
        {
            _body = position..position;
        }
        else if (_isChunked)
        {
            position = ReadChunks(connection, position, deadline);
        }
        else if (_contentLength >= 0)
        {
            CheckBodyLength(_contentLength);
            int end = position + (int)_contentLength;
            FillUpTo(connection, end, deadline);
            _body = position..end;
            position = end;
        }
        else
        {
            while (TryFill(connection, deadline))
            {
                CheckBodyLength(_length - position);
            }

            _body = position.._length;
            position = _length;
            KeepsConnection = false;
        }

        KeepsConnection &= position == _length;
    }

    /// <summary>Finds a header field; the first one when it is repeated.</summary>
    /// <param name="name">The name in any letter case.</param>
    /// <param name="value">The value without the white space around it.</param>
    internal bool TryGetHeader(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> head = _buffer.AsSpan(_head);
        while (NextField(ref head, out ReadOnlySpan<byte> fieldName, out value))
        {
            if (Ascii.EqualsIgnoreCase(fieldName, name))
            {
                return true;
            }
        }

        return false;
    }

    private static TransportException Malformed(string what) => new($"the answer is not HTTP/1.1: {what}");

    private static bool NextField(scoped ref ReadOnlySpan<byte> head, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        if (head.IsEmpty)
        {
            name = value = default;
            return false;
        }

        int end = head.IndexOf("\r\n"u8);
        ReadOnlySpan<byte> line = head[..end];
        head = head[(end + 2)..];
        int colon = line.IndexOf((byte)':');
        if (colon <= 0 || line[..colon].ContainsAnyExceptInRange((byte)'!', (byte)'~'))
        {
            throw Malformed("a header field has no name");
        }

        name = line[..colon];
        value = line[(colon + 1)..].Trim(" \t"u8);
        return true;
    }

    private static long ParseLength(ReadOnlySpan<byte> digits)
    {
        long value = 0;
        foreach (byte digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit) || value > int.MaxValue)
            {
                return -1;
            }

            value = (value * 10) + (digit - '0');
        }

        return digits.IsEmpty ? -1 : value;
    }

    private static long ParseChunkLength(ReadOnlySpan<byte> line)
    {
        int end = line.IndexOfAny((byte)';', (byte)' ', (byte)'\t');
        ReadOnlySpan<byte> digits = end < 0 ? line : line[..end];
        long value = 0;
        foreach (byte digit in digits)
        {
            if (!char.IsAsciiHexDigit((char)digit) || value > int.MaxValue)
            {
                return -1;
            }

            value = (value * 16) + (char.IsAsciiDigit((char)digit) ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }

        return digits.IsEmpty ? -1 : value;
    }

    private int ReadHead(Connection connection, int start, Deadline deadline)
    {
        int end = FillThrough(connection, "\r\n\r\n"u8, start, MaximumHead, deadline);
        ReadOnlySpan<byte> status = _buffer.AsSpan(start, _buffer.AsSpan(start).IndexOf("\r\n"u8));
        _head = (start + status.Length + 2)..(end - 2);
        if (status.Length < 12 || !status.StartsWith("HTTP/1."u8) || !char.IsAsciiDigit((char)status[7]) || status[8] != ' ' ||
            (status.Length > 12 && status[12] != ' ') || ParseLength(status[9..12]) is var code && code < 100)
        {
            throw Malformed("no status line");
        }

        Status = (int)code;
        KeepsConnection = status[7] != '0';
        _contentLength = -1;
        _isChunked = false;
        ReadFraming();
        return end;
    }

    private void ReadFraming()
    {
        ReadOnlySpan<byte> head = _buffer.AsSpan(_head);
        while (NextField(ref head, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
        {
            if (Ascii.EqualsIgnoreCase(name, "content-length"u8))
            {
                long length = ParseLength(value);
                if (length < 0 || (_contentLength >= 0 && _contentLength != length))
                {
                    throw Malformed("bad Content-Length");
                }

                _contentLength = length;
            }
            else if (Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8))
            {
                if (_isChunked || !Ascii.EqualsIgnoreCase(value, "chunked"u8))
                {
                    throw Malformed("unknown Transfer-Encoding");
                }

                _isChunked = true;
            }
            else if (Ascii.EqualsIgnoreCase(name, "connection"u8))
            {
                KeepsConnection = Ascii.EqualsIgnoreCase(value, "keep-alive"u8)
                    || (KeepsConnection && !Ascii.EqualsIgnoreCase(value, "close"u8));
            }
        }

        if (_isChunked && _contentLength >= 0)
        {
            throw Malformed("both Content-Length and Transfer-Encoding");
        }
    }

    /// <summary>Joins the chunks in place: what is written never overtakes what is read.</summary>
    /// <returns>The position behind the last chunk and its trailer fields.</returns>
    private int ReadChunks(Connection connection, int start, Deadline deadline)
    {
        int read = start;
        int written = start;
        while (true)
        {
            int lineEnd = FillThrough(connection, "\r\n"u8, read, MaximumLine, deadline);
            long length = ParseChunkLength(_buffer.AsSpan(read, lineEnd - 2 - read));
            if (length < 0)
            {
                throw Malformed("bad chunk length");
            }

            read = lineEnd;
            if (length == 0)
            {
                break;
            }

            CheckBodyLength(written - start + length);
            int end = read + (int)length;
            FillUpTo(connection, end + 2, deadline);
            if (!_buffer.AsSpan(end, 2).SequenceEqual("\r\n"u8))
            {
                throw Malformed("a chunk does not end where it should");
            }

            _buffer.AsSpan(read..end).CopyTo(_buffer.AsSpan(written));
            written += (int)length;
            read = end + 2;
        }

        _body = start..written;
        int line;
        do
        {
            line = read;
            read = FillThrough(connection, "\r\n"u8, line, MaximumLine, deadline);
        }
        while (read - line > 2);
        return read;
    }

    private void CheckBodyLength(long length)
    {
        if (length > maximumBody)
        {
            throw Malformed($"a body of more than {maximumBody} bytes");
        }
    }

    /// <summary>Reads until <paramref name="mark"/> has come.</summary>
    /// <returns>The position behind it.</returns>
    private int FillThrough(Connection connection, ReadOnlySpan<byte> mark, int start, int maximum, Deadline deadline)
    {
        int searched = start;
        while (true)
        {
            int found = _buffer.AsSpan(searched, _length - searched).IndexOf(mark);
            if (found >= 0)
            {
                return searched + found + mark.Length;
            }

            if (_length - start > maximum)
            {
                throw Malformed("an endless line");
            }

            searched = Math.Max(start, _length - mark.Length + 1);
            FillUpTo(connection, _length + 1, deadline);
        }
    }

    private void FillUpTo(Connection connection, int length, Deadline deadline)
    {
        if (length > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(length, 2 * _buffer.Length));
        }

        while (_length < length)
        {
            if (!TryFill(connection, deadline))
            {
                throw new ConnectionClosedException(_length == 0 ? "the server closed the connection" : "the answer ends early");
            }
        }
    }

    private bool TryFill(Connection connection, Deadline deadline)
    {
        if (_length == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }

        int count = connection.Read(_buffer.AsSpan(_length), deadline);
        _length += count;
        return count > 0;
    }
}
