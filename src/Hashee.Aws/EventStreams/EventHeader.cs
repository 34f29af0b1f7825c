using System.Buffers.Binary;

namespace Hashee.Aws;

/// <summary>A header of an event stream's message.</summary>
internal readonly ref struct EventHeader
{
    private EventHeader(ReadOnlySpan<byte> name, EventHeaderType type, ReadOnlySpan<byte> value)
    {
        Name = name;
        Type = type;
        Value = value;
    }

    /// <summary>The name, 1-255 bytes of UTF-8.</summary>
    internal ReadOnlySpan<byte> Name { get; }

    internal EventHeaderType Type { get; }

    /// <summary>The value's bytes.</summary>
    internal ReadOnlySpan<byte> Value { get; }

    /// <summary>Takes the first header away.</summary>
    /// <returns>False when there is none, or <paramref name="headers"/> begins with something else, which then is left there.</returns>
    internal static bool TryTake(scoped ref ReadOnlySpan<byte> headers, out EventHeader header)
    {
        header = default;
        if (headers.Length < 2 || headers[0] == 0 || headers.Length < headers[0] + 2)
        {
            return false;
        }

        int start = headers[0] + 2;
        EventHeaderType type = (EventHeaderType)headers[start - 1];
        int length = type switch
        {
            EventHeaderType.True or EventHeaderType.False => 0,
            EventHeaderType.Byte => 1,
            EventHeaderType.Short => 2,
            EventHeaderType.Integer => 4,
            EventHeaderType.Long or EventHeaderType.Timestamp => 8,
            EventHeaderType.Uuid => 16,
            _ => -1,
        };
        if (type is EventHeaderType.Bytes or EventHeaderType.Text && headers.Length >= start + 2)
        {
            length = BinaryPrimitives.ReadUInt16BigEndian(headers[start..]);
            start += 2;
        }

        if (length < 0 || headers.Length - start < length)
        {
            return false;
        }

        header = new EventHeader(headers.Slice(1, headers[0]), type, headers.Slice(start, length));
        headers = headers[(start + length)..];
        return true;
    }
}
