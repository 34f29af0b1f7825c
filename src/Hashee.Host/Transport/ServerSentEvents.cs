namespace Hashee.Host.Transport;

/// <summary>
/// Reads server-sent events (HTML standard, section 9.2) as they come, however their bytes are cut. All texts are UTF-8 as it was sent. Comments and
/// reconnection times are passed over, and so is an event that the stream's end cuts off.
/// </summary>
/// <param name="maximum">The bytes that a line, and the data of an event, may have.</param>
internal sealed class ServerSentEvents(int maximum)
{
    private const int PieceSize = 8 * 1024;

    private readonly ByteBuffer _line = new(256);
    private readonly ByteBuffer _data = new(1024);
    private readonly ByteBuffer _type = new(64);
    private readonly ByteBuffer _id = new(64);
    private byte[]? _piece;
    private ReadOnlyMemory<byte> _rest;
    private bool _isBegun;
    private bool _skipsLineFeed;
    private bool _isTaken;

    /// <summary>What the event is called; <c>message</c> when it has no name.</summary>
    internal ReadOnlySpan<byte> Type => _type.Length == 0 ? "message"u8 : _type.Written;

    /// <summary>The event's lines of data, joined by line feeds; valid until the next event is read.</summary>
    internal ReadOnlyMemory<byte> Data => _data.WrittenMemory;

    /// <summary>The last id that was sent, with this event or one before; empty when there was none.</summary>
    internal ReadOnlySpan<byte> LastId => _id.Written;

    /// <summary>Waits for the next event of an answer.</summary>
    /// <returns>False when the answer has ended.</returns>
    /// <exception cref="TransportException">The answer broke off, was not in time, or a line or an event is too long.</exception>
    internal async ValueTask<bool> ReadAsync(HttpReply reply, TimeLimit limit)
    {
        _piece ??= new byte[PieceSize];
        while (!TryRead())
        {
            int count = await reply.ReadAsync(_piece, limit).ConfigureAwait(false);
            if (count == 0)
            {
                return false;
            }

            Receive(_piece.AsMemory(0, count));
        }

        return true;
    }

    /// <summary>Takes the next piece of the stream, once <see cref="TryRead"/> has found no more events in the one before.</summary>
    internal void Receive(ReadOnlyMemory<byte> piece) => _rest = piece;

    /// <summary>Reads the next event of the present piece.</summary>
    /// <returns>False when it holds no further whole one.</returns>
    internal bool TryRead()
    {
        if (_isTaken)
        {
            Forget();
        }

        while (!_rest.IsEmpty)
        {
            ReadOnlySpan<byte> rest = _rest.Span;
            if (_skipsLineFeed)
            {
                _skipsLineFeed = false;
                if (rest[0] == '\n')
                {
                    _rest = _rest[1..];
                    continue;
                }
            }

            int end = rest.IndexOfAny((byte)'\r', (byte)'\n');
            Append(_line, end < 0 ? rest : rest[..end]);
            _rest = end < 0 ? default : _rest[(end + 1)..];
            if (end < 0)
            {
                return false;
            }

            _skipsLineFeed = rest[end] == '\r';
            if (EndsEvent())
            {
                return true;
            }
        }

        return false;
    }

    private bool EndsEvent()
    {
        ReadOnlySpan<byte> line = _line.Written;
        ReadOnlySpan<byte> byteOrderMark = [0xEF, 0xBB, 0xBF];
        if (!_isBegun && line.StartsWith(byteOrderMark))
        {
            line = line[byteOrderMark.Length..];
        }

        _isBegun = true;
        if (!line.IsEmpty)
        {
            ReadField(line);
            _line.Clear();
            return false;
        }

        _line.Clear();
        if (_data.Length == 0)
        {
            // An event without data is none.
            _type.Clear();
            return false;
        }

        // Each line of data has brought a line feed; the last one separates nothing.
        _data.Truncate(_data.Length - 1);
        _isTaken = true;
        return true;
    }

    private void ReadField(ReadOnlySpan<byte> line)
    {
        int colon = line.IndexOf((byte)':');
        ReadOnlySpan<byte> name = colon < 0 ? line : line[..colon];
        ReadOnlySpan<byte> value = colon < 0 ? default : line[(colon + 1)..];
        value = value is [(byte)' ', ..] ? value[1..] : value;
        if (name.SequenceEqual("data"u8))
        {
            Append(_data, value);
            _data.Append((byte)'\n');
        }
        else if (name.SequenceEqual("event"u8))
        {
            _type.Clear();
            _type.Append(value);
        }
        else if (name.SequenceEqual("id"u8) && !value.Contains((byte)0))
        {
            _id.Clear();
            _id.Append(value);
        }
    }

    private void Forget()
    {
        _data.Clear();
        _type.Clear();
        _isTaken = false;
    }

    private void Append(ByteBuffer buffer, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > maximum - buffer.Length)
        {
            throw new TransportException($"a line or an event has more than {maximum} bytes") { Step = TransportStep.Decoding };
        }

        buffer.Append(bytes);
    }
}
