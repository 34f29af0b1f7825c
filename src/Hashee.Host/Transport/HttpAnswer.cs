using System.Text;
using Hashee.Formats;

namespace Hashee.Host.Transport;

/// <summary>
/// Reads an HTTP/1.1 answer (RFC 9112): a body by Content-Length, in chunks, or until the stream ends. It does no input of its own: whoever has bytes
/// puts them into <see cref="Room"/> and says so to <see cref="Received"/>. The buffer is used again for the next answer. What is not HTTP, too long or
/// contradictory is a <see cref="TransportException"/>; nothing that a server sends grows without bound.
/// </summary>
/// <param name="maximumBody">The bytes that a body may have.</param>
internal sealed class HttpAnswer(long maximumBody)
{
    /// <summary>The bytes of an answer's heads, interim ones included.</summary>
    private const int MaximumHeads = 64 * 1024;

    /// <summary>A chunk's length with its extensions.</summary>
    private const int MaximumLine = 4096;

    /// <summary>The bytes of all chunk extensions and of the trailer.</summary>
    private const int MaximumExtras = 16 * 1024;

    /// <summary>The digits and the line's end, of which every chunk has its own.</summary>
    private const int PlainChunkLine = 10;

    private const int FirstBuffer = 4096;

    /// <summary>What is kept of the buffer from one answer to the next where connections are many.</summary>
    private const int LargestKept = 64 * 1024;

    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(365);

    private byte[] _buffer = new byte[FirstBuffer];

    // The buffer holds the heads, the body as far as it is decoded and was not taken, and from _next to _end what is to be decoded.
    private int _end;
    private int _next;
    private int _bodyStart;
    private int _bodyEnd;
    private Range _head;
    private State _state;
    private int _searched;
    private int _extras;
    private long _rest;
    private long _bodyLength;
    private long _contentLength;
    private bool _isChunked;
    private bool _isToHead;

    private enum State
    {
        Head,
        Sized,
        ToEnd,
        ChunkLine,
        Chunk,
        ChunkEnd,
        Trailer,
        Complete,
    }

    /// <summary>The status code, 200-999.</summary>
    internal int Status { get; private set; }

    /// <summary>Whether the connection may carry another request when this answer is complete.</summary>
    internal bool KeepsConnection { get; private set; }

    /// <summary>Whether status and headers are there.</summary>
    internal bool HasHead => _state != State.Head;

    /// <summary>Whether the answer has come whole.</summary>
    internal bool IsComplete => _state == State.Complete;

    /// <summary>Whether anything came.</summary>
    internal bool HasBegun => _end > 0;

    /// <summary>Content-Length; -1 when the answer has none.</summary>
    internal long ContentLength => _contentLength;

    /// <summary>The body as far as it has come and was not dropped, its chunks joined; valid until more is received.</summary>
    internal ReadOnlySpan<byte> Body => _buffer.AsSpan(_bodyStart, _bodyEnd - _bodyStart);

    /// <summary>The head without its status line, each field with its line's end.</summary>
    internal ReadOnlySpan<byte> Fields => _buffer.AsSpan(_head);

    /// <summary>Where the next bytes go; never empty.</summary>
    internal Span<byte> Room
    {
        get
        {
            if (_end == _buffer.Length && HasHead)
            {
                MoveRestTo(_bodyEnd);
            }

            if (_end == _buffer.Length)
            {
                Array.Resize(ref _buffer, 2 * _buffer.Length);
            }

            return _buffer.AsSpan(_end);
        }
    }

    /// <summary>Forgets the last answer.</summary>
    /// <param name="isToHead">Whether the request's method is HEAD: its answer has no body, whatever its head says.</param>
    internal void Begin(bool isToHead = false)
    {
        _end = _next = _bodyStart = _bodyEnd = _searched = _extras = 0;
        _bodyLength = 0;
        _state = State.Head;
        _isToHead = isToHead;
    }

    /// <summary>Forgets the last answer, and the memory that a large one took.</summary>
    internal void Shrink()
    {
        Begin();
        if (_buffer.Length > LargestKept)
        {
            _buffer = new byte[FirstBuffer];
        }
    }

    /// <summary>Reads one final answer whole; interim ones (1xx) are skipped.</summary>
    /// <exception cref="ConnectionClosedException">The stream ended before the answer did.</exception>
    internal void Read(Connection connection, Deadline deadline)
    {
        Begin();
        while (!IsComplete)
        {
            Received(connection.Read(Room, deadline));
        }
    }

    /// <summary>Decodes what was put into <see cref="Room"/>.</summary>
    /// <param name="count">The number of bytes; 0 when the stream has ended.</param>
    /// <exception cref="ConnectionClosedException">The stream ended before the answer did.</exception>
    internal void Received(int count)
    {
        if (count == 0)
        {
            if (_state != State.ToEnd)
            {
                throw new ConnectionClosedException(_end == 0 ? "the server closed the connection" : "the answer ends early");
            }

            KeepsConnection = false;
            _state = State.Complete;
            return;
        }

        _end += count;
        while (_state != State.Complete && TryStep())
        {
        }

        // What was sent behind the answer was not asked for.
        KeepsConnection &= _state != State.Complete || _next == _end;
    }

    /// <summary>Drops the first bytes of <see cref="Body"/>: room for those to come.</summary>
    internal void Drop(int count)
    {
        _bodyStart += count;
        if (_bodyStart == _bodyEnd)
        {
            _bodyStart = _bodyEnd = _head.End.Value;
            MoveRestTo(_bodyEnd);
        }
    }

    /// <summary>How long the server asks to be left alone: <c>Retry-After</c> (RFC 9110, section 10.2.3), in seconds or as a date.</summary>
    /// <param name="now">Now.</param>
    /// <returns>At most a year; null when nothing is said, it is malformed, or the date is past.</returns>
    internal TimeSpan? RetryAfter(DateTimeOffset now)
    {
        if (!TryGetHeader("retry-after"u8, out ReadOnlySpan<byte> value))
        {
            return null;
        }

        TimeSpan wait = Digits.TryParse(value, out long seconds) ? TimeSpan.FromSeconds(Math.Min(seconds, (long)LongestWait.TotalSeconds))
            : HttpDate.TryParse(value, out DateTimeOffset date) ? date - now
            : TimeSpan.MinValue;
        return wait < TimeSpan.Zero ? null : wait > LongestWait ? LongestWait : wait;
    }

    /// <summary>Finds a header field; the first one when it is repeated.</summary>
    /// <param name="name">The name in any letter case.</param>
    /// <param name="value">The value without the white space around it.</param>
    internal bool TryGetHeader(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> fields = Fields;
        while (NextField(ref fields, out ReadOnlySpan<byte> fieldName, out value))
        {
            if (Ascii.EqualsIgnoreCase(fieldName, name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes the first field from <see cref="Fields"/>.</summary>
    internal static bool NextField(scoped ref ReadOnlySpan<byte> fields, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        if (fields.IsEmpty)
        {
            name = value = default;
            return false;
        }

        int end = fields.IndexOf("\r\n"u8);
        ReadOnlySpan<byte> line = fields[..end];
        fields = fields[(end + 2)..];
        int colon = line.IndexOf((byte)':');
        RefuseControls(line);
        if (colon <= 0 || line[..colon].ContainsAnyExceptInRange((byte)'!', (byte)'~'))
        {
            throw Malformed("a header field has no name");
        }

        name = line[..colon];
        value = line[(colon + 1)..].Trim(" \t"u8);
        return true;
    }

    private static TransportException Malformed(string what) =>
        new($"the answer is not HTTP/1.1: {what}") { Step = TransportStep.Decoding };

    /// <summary>Whoever takes one of these for a line's end sees another answer than we do (RFC 9112, section 2.2).</summary>
    private static void RefuseControls(ReadOnlySpan<byte> line)
    {
        if (line.ContainsAny((byte)'\r', (byte)'\n', (byte)0))
        {
            throw Malformed("a control character within a line");
        }
    }

    private static long ParseChunkLength(ReadOnlySpan<byte> line)
    {
        RefuseControls(line);
        int end = line.IndexOf((byte)';');
        ReadOnlySpan<byte> digits = (end < 0 ? line : line[..end]).TrimEnd(" \t"u8);
        long value = 0;
        foreach (byte digit in digits)
        {
            if (!char.IsAsciiHexDigit((char)digit) || value > long.MaxValue / 32)
            {
                return -1;
            }

            value = (value * 16) + (char.IsAsciiDigit((char)digit) ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }

        return digits.IsEmpty ? -1 : value;
    }

    /// <summary>Decodes the next part.</summary>
    /// <returns>False when more bytes must come before.</returns>
    private bool TryStep()
    {
        switch (_state)
        {
            case State.Head:
                return TryReadHead();
            case State.ChunkLine:
                return TryReadChunkLine();
            case State.ChunkEnd:
                return TrySkipChunkEnd();
            case State.Trailer:
                return TrySkipTrailerField();
            default:
                return TryReadBody();
        }
    }

    /// <summary>Closes the gap between what is decoded and what is not.</summary>
    private void MoveRestTo(int start)
    {
        _buffer.AsSpan(_next, _end - _next).CopyTo(_buffer.AsSpan(start));
        _end = start + _end - _next;
        _next = start;
    }

    private bool TryReadHead()
    {
        int found = _buffer.AsSpan(_searched, _end - _searched).IndexOf("\r\n\r\n"u8);
        int end = found < 0 ? _end : _searched + found + 4;
        if (end > MaximumHeads)
        {
            throw Malformed("an endless head");
        }

        if (found < 0)
        {
            _searched = Math.Max(_next, _end - 3);
            return false;
        }

        ReadStatus(_buffer.AsSpan(_next, _buffer.AsSpan(_next).IndexOf("\r\n"u8)));
        _head = (_next + _buffer.AsSpan(_next).IndexOf("\r\n"u8) + 2)..(end - 2);
        ReadFraming();
        _searched = _next = end;
        if (Status >= 200)
        {
            BeginBody();
        }

        return true;
    }

    private void ReadStatus(ReadOnlySpan<byte> line)
    {
        RefuseControls(line);
        if (line.Length < 12 || !line.StartsWith("HTTP/1."u8) || !char.IsAsciiDigit((char)line[7]) || line[8] != ' ' ||
            (line.Length > 12 && line[12] != ' ') || !Digits.TryParse(line[9..12], out long code) || code < 100)
        {
            throw Malformed("no status line");
        }

        if (code == 101)
        {
            throw Malformed("another protocol, which nobody asked for");
        }

        Status = (int)code;
        KeepsConnection = line[7] != '0';
    }

    private void ReadFraming()
    {
        _contentLength = -1;
        _isChunked = false;
        bool isOld = !KeepsConnection;
        bool closes = false;
        ReadOnlySpan<byte> fields = Fields;
        while (NextField(ref fields, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
        {
            if (Ascii.EqualsIgnoreCase(name, "content-length"u8))
            {
                if (!Digits.TryParse(value, out long length) || (_contentLength >= 0 && _contentLength != length))
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
                closes |= HasOption(value, "close"u8);
                KeepsConnection |= HasOption(value, "keep-alive"u8);
            }
        }

        // Chunks are not of HTTP/1.0: who sends them there may not know where they end (RFC 9112, section 6.1).
        KeepsConnection &= !closes && !(isOld && _isChunked);

        if (_isChunked && _contentLength >= 0)
        {
            throw Malformed("both Content-Length and Transfer-Encoding");
        }
    }

    /// <summary>Whether a list that is separated by commas names something.</summary>
    private static bool HasOption(ReadOnlySpan<byte> list, ReadOnlySpan<byte> option)
    {
        while (!list.IsEmpty)
        {
            int comma = list.IndexOf((byte)',');
            if (Ascii.EqualsIgnoreCase((comma < 0 ? list : list[..comma]).Trim(" \t"u8), option))
            {
                return true;
            }

            list = comma < 0 ? default : list[(comma + 1)..];
        }

        return false;
    }

    /// <summary>RFC 9112, section 6.3.</summary>
    private void BeginBody()
    {
        _bodyStart = _bodyEnd = _next;
        if (_isToHead || Status is 204 or 304 || _contentLength == 0)
        {
            _state = State.Complete;
        }
        else if (_isChunked)
        {
            _state = State.ChunkLine;
        }
        else
        {
            _state = _contentLength < 0 ? State.ToEnd : State.Sized;
            _rest = _contentLength < 0 ? long.MaxValue : _contentLength;
            CheckBodyLength(Math.Max(0, _contentLength));
        }
    }

    /// <summary>Moves what has come of a body or chunk to the part before: what is written never overtakes what is read.</summary>
    private bool TryReadBody()
    {
        int count = (int)Math.Min(_rest, _end - _next);
        _bodyLength += count;
        CheckBodyLength(_bodyLength);
        if (_bodyEnd != _next)
        {
            _buffer.AsSpan(_next, count).CopyTo(_buffer.AsSpan(_bodyEnd));
        }

        _bodyEnd += count;
        _next += count;
        _rest -= count;
        if (_next == _end)
        {
            _next = _end = _bodyEnd;
        }

        if (_rest > 0)
        {
            return false;
        }

        _state = _state == State.Chunk ? State.ChunkEnd : State.Complete;
        return true;
    }

    private bool TryReadChunkLine()
    {
        if (!TryFindLine(MaximumLine, out int length))
        {
            return false;
        }

        _rest = ParseChunkLength(_buffer.AsSpan(_next, length));
        if (_rest < 0)
        {
            throw Malformed("bad chunk length");
        }

        AddExtras(length - PlainChunkLine);
        CheckBodyLength(_bodyLength + _rest);
        _next += length + 2;
        _state = _rest == 0 ? State.Trailer : State.Chunk;
        return true;
    }

    private bool TrySkipChunkEnd()
    {
        ReadOnlySpan<byte> end = _buffer.AsSpan(_next, Math.Min(2, _end - _next));
        if (!"\r\n"u8.StartsWith(end))
        {
            throw Malformed("a chunk does not end where it should");
        }

        if (end.Length < 2)
        {
            return false;
        }

        _next += 2;
        _state = State.ChunkLine;
        return true;
    }

    private bool TrySkipTrailerField()
    {
        if (!TryFindLine(MaximumExtras, out int length))
        {
            return false;
        }

        AddExtras(length + 2);
        _next += length + 2;
        if (length == 0)
        {
            _state = State.Complete;
        }

        return true;
    }

    private bool TryFindLine(int maximum, out int length)
    {
        length = _buffer.AsSpan(_next, _end - _next).IndexOf("\r\n"u8);
        if ((length < 0 ? _end - _next : length) > maximum)
        {
            throw Malformed("an endless line");
        }

        return length >= 0;
    }

    private void AddExtras(int count)
    {
        _extras += Math.Max(0, count);
        if (_extras > MaximumExtras)
        {
            throw Malformed("endless chunk extensions or trailers");
        }
    }

    private void CheckBodyLength(long length)
    {
        if (length > maximumBody)
        {
            throw Malformed($"a body of more than {maximumBody} bytes");
        }
    }
}
