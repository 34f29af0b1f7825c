using System.Buffers;

namespace Hashee.Host;

/// <summary>Moments as text without the weight of date format strings.</summary>
internal static class UtcTimestamp
{
    /// <summary>The bytes of a time stamp with milliseconds: <c>2026-11-20T22:52:54.123Z</c>.</summary>
    public const int Length = 24;

    /// <summary>Writes the moment in UTC with milliseconds (RFC 3339, section 5.6): <see cref="Length"/> bytes of ASCII.</summary>
    /// <param name="output">Takes the bytes.</param>
    /// <param name="moment">The moment; ticks below a millisecond are cut off.</param>
    public static void Write(IBufferWriter<byte> output, DateTimeOffset moment)
    {
        DateTime utc = moment.UtcDateTime;
        Span<byte> to = output.GetSpan(Length);
        Digits(to[..4], utc.Year);
        to[4] = (byte)'-';
        Digits(to[5..7], utc.Month);
        to[7] = (byte)'-';
        Digits(to[8..10], utc.Day);
        to[10] = (byte)'T';
        Digits(to[11..13], utc.Hour);
        to[13] = (byte)':';
        Digits(to[14..16], utc.Minute);
        to[16] = (byte)':';
        Digits(to[17..19], utc.Second);
        to[19] = (byte)'.';
        Digits(to[20..23], utc.Millisecond);
        to[23] = (byte)'Z';
        output.Advance(Length);
    }

    /// <summary>Writes the moment as Signature Version 4 wants it, <c>20261120T225254Z</c>: 16 bytes, the first 8 are the date.</summary>
    internal static void WriteBasic(Span<byte> to, DateTimeOffset moment)
    {
        DateTime utc = moment.UtcDateTime;
        Digits(to[..4], utc.Year);
        Digits(to[4..6], utc.Month);
        Digits(to[6..8], utc.Day);
        to[8] = (byte)'T';
        Digits(to[9..11], utc.Hour);
        Digits(to[11..13], utc.Minute);
        Digits(to[13..15], utc.Second);
        to[15] = (byte)'Z';
    }

    private static void Digits(Span<byte> to, int value)
    {
        for (int position = to.Length - 1; position >= 0; position--)
        {
            to[position] = (byte)('0' + (value % 10));
            value /= 10;
        }
    }
}
