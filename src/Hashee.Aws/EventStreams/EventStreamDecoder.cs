using System.Buffers.Binary;
using Hashee.Host.Transport;

namespace Hashee.Aws;

/// <summary>
/// Takes messages out of an AWS event stream (<c>application/vnd.amazon.eventstream</c>): total length, headers' length and the CRC-32
/// of both, headers, payload, the CRC-32 of all that. It does no input of its own. A length is believed only when its checksum is
/// right; what is not such a stream, or larger than AWS allows, is a <see cref="TransportException"/>, and nothing can be read any
/// more.
/// </summary>
internal sealed class EventStreamDecoder
{
    /// <summary>The bytes that a message may have.</summary>
    internal const int LargestMessage = 16 * 1024 * 1024;

    private const int LargestHeaders = 128 * 1024;
    private const int PreludeLength = 12;
    private const int ChecksumLength = 4;

    private byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;

    // The bytes of the message that begins at _start; 0 as long as its prelude is not here.
    private int _length;

    /// <summary>Whether the stream may end here: no message has come in part.</summary>
    internal bool IsAtMessageEnd => _start == _end;

    /// <summary>Where the next bytes go, never empty; messages that were taken are no longer valid.</summary>
    internal Memory<byte> Room
    {
        get
        {
            if (_start > 0)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                _end -= _start;
                _start = 0;
            }

            if (_end == _buffer.Length || _length > _buffer.Length)
            {
                Array.Resize(ref _buffer, Math.Max(_length, 2 * _buffer.Length));
            }

            return _buffer.AsMemory(_end);
        }
    }

    /// <summary>Says how many bytes were put into <see cref="Room"/>.</summary>
    internal void Received(int count) => _end += count;

    /// <summary>Takes the next message.</summary>
    /// <returns>False when more bytes must come before.</returns>
    internal bool TryTake(out EventMessage message)
    {
        message = default;
        if (_length == 0 && !TryReadPrelude())
        {
            return false;
        }

        if (_end - _start < _length)
        {
            return false;
        }

        ReadOnlyMemory<byte> bytes = _buffer.AsMemory(_start, _length);
        if (Crc32.Compute(bytes.Span[..^ChecksumLength]) != BinaryPrimitives.ReadUInt32BigEndian(bytes.Span[^ChecksumLength..]))
        {
            throw Malformed("the checksum of a message is wrong");
        }

        int headersLength = BinaryPrimitives.ReadInt32BigEndian(bytes.Span[4..]);
        message = new EventMessage(bytes.Slice(PreludeLength, headersLength), bytes[(PreludeLength + headersLength)..^ChecksumLength]);
        CheckHeaders(message.Headers.Span);
        _start += _length;
        _length = 0;
        return true;
    }

    private static TransportException Malformed(string what) => new($"the answer is not an event stream: {what}");

    private static void CheckHeaders(ReadOnlySpan<byte> headers)
    {
        while (EventHeader.TryTake(ref headers, out _))
        {
        }

        if (!headers.IsEmpty)
        {
            throw Malformed("a header is malformed");
        }
    }

    private bool TryReadPrelude()
    {
        ReadOnlySpan<byte> bytes = _buffer.AsSpan(_start, _end - _start);
        if (bytes.Length < PreludeLength)
        {
            return false;
        }

        if (Crc32.Compute(bytes[..8]) != BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]))
        {
            throw Malformed("the checksum of a length is wrong");
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        uint headersLength = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        if (length > LargestMessage || headersLength > LargestHeaders)
        {
            throw Malformed("a message is too large");
        }

        if (length < PreludeLength + headersLength + ChecksumLength)
        {
            throw Malformed("the headers are longer than their message");
        }

        _length = (int)length;
        return true;
    }
}
