using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Hashee.Host;

/// <summary>
/// A growing buffer that is used again and again, with room in front for a head whose length is known only when the body is.
/// </summary>
internal sealed class ByteBuffer(int capacity) : IBufferWriter<byte>
{
    private byte[] _bytes = new byte[capacity];
    private int _start;
    private int _end;

    internal ReadOnlySpan<byte> Written => _bytes.AsSpan(_start, _end - _start);

    internal ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(_start, _end - _start);

    internal Span<byte> WrittenForChange => _bytes.AsSpan(_start, _end - _start);

    internal int Length => _end - _start;

    /// <summary>Drops what was written behind the first <paramref name="length"/> bytes.</summary>
    internal void Truncate(int length) => _end = _start + length;

    /// <summary>Empties the buffer.</summary>
    /// <param name="headroom">The bytes to keep free in front, for <see cref="Prepend"/>.</param>
    internal void Clear(int headroom = 0)
    {
        _start = _end = 0;
        Reserve(headroom);
        _start = _end = headroom;
    }

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_end));
        _end += bytes.Length;
    }

    internal void Append(byte value)
    {
        Reserve(1);
        _bytes[_end++] = value;
    }

    /// <summary>Appends text as UTF-8; a lone surrogate becomes U+FFFD.</summary>
    internal void Append(ReadOnlySpan<char> text)
    {
        Reserve(Encoding.UTF8.GetMaxByteCount(text.Length));
        _end += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(_end));
    }

    internal void Append(long number)
    {
        Reserve(20);
        Utf8Formatter.TryFormat(number, _bytes.AsSpan(_end), out int length);
        _end += length;
    }

    /// <summary>Appends a number in hexadecimal digits.</summary>
    internal void AppendHex(long number)
    {
        Reserve(16);
        Utf8Formatter.TryFormat(number, _bytes.AsSpan(_end), out int length, new StandardFormat('x'));
        _end += length;
    }

    /// <summary>Puts <paramref name="bytes"/> in front of what was written.</summary>
    internal void Prepend(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _start)
        {
            int missing = bytes.Length - _start;
            Reserve(missing);
            Written.CopyTo(_bytes.AsSpan(bytes.Length));
            _start += missing;
            _end += missing;
        }

        _start -= bytes.Length;
        bytes.CopyTo(_bytes.AsSpan(_start));
    }

    /// <summary>Takes away what was put in front.</summary>
    internal void DropFirst(int count) => _start += count;

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_bytes.Length - _end));
        _end += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(_end);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsSpan(_end);
    }

    private void Reserve(int count)
    {
        int needed = checked(_end + count);
        if (needed > _bytes.Length)
        {
            byte[] larger = GC.AllocateUninitializedArray<byte>(Math.Max(needed, (int)Math.Min(2L * _bytes.Length, Array.MaxLength)));
            _bytes.AsSpan(0, _end).CopyTo(larger);
            _bytes = larger;
        }
    }
}
