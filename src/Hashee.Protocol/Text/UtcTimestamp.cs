namespace Hashee.Formats;

/// <summary>Moments as text, digit by digit: .NET's own formatting of dates would be a sixth of a small native binary.</summary>
internal static class UtcTimestamp
{
    /// <summary>The bytes of a time stamp with milliseconds: <c>2026-11-20T22:52:54.123Z</c>.</summary>
    internal const int Length = 24;

    private static ReadOnlySpan<byte> Pattern => "0000-00-00T00:00:00.000Z"u8;

    /// <summary>Writes the moment in UTC with milliseconds (RFC 3339, section 5.6): <see cref="Length"/> bytes of ASCII.</summary>
    /// <param name="to">Takes the bytes.</param>
    /// <param name="moment">The moment; ticks below a millisecond are cut off.</param>
    internal static void Write(Span<byte> to, DateTimeOffset moment)
    {
        DateTime utc = moment.UtcDateTime;
        Pattern.CopyTo(to);
        WriteDigits(to[..4], utc.Year);
        WriteDigits(to[5..7], utc.Month);
        WriteDigits(to[8..10], utc.Day);
        WriteDigits(to[11..13], utc.Hour);
        WriteDigits(to[14..16], utc.Minute);
        WriteDigits(to[17..19], utc.Second);
        WriteDigits(to[20..23], utc.Millisecond);
    }

    /// <summary>Writes the moment as Signature Version 4 wants it, <c>20261120T225254Z</c>: 16 bytes, the first 8 are the date.</summary>
    internal static void WriteBasic(Span<byte> to, DateTimeOffset moment)
    {
        DateTime utc = moment.UtcDateTime;
        WriteDigits(to[..4], utc.Year);
        WriteDigits(to[4..6], utc.Month);
        WriteDigits(to[6..8], utc.Day);
        to[8] = (byte)'T';
        WriteDigits(to[9..11], utc.Hour);
        WriteDigits(to[11..13], utc.Minute);
        WriteDigits(to[13..15], utc.Second);
        to[15] = (byte)'Z';
    }

    /// <summary>Reads what <see cref="Write"/> writes.</summary>
    /// <param name="text">Exactly <see cref="Length"/> bytes that name a moment of the calendar, or the answer is false.</param>
    /// <param name="unixMilliseconds">The moment.</param>
    internal static bool TryParse(ReadOnlySpan<byte> text, out long unixMilliseconds)
    {
        unixMilliseconds = 0;
        if (text.Length != Length)
        {
            return false;
        }

        for (int i = 0; i < Length; i++)
        {
            if (Pattern[i] == '0' ? !char.IsAsciiDigit((char)text[i]) : text[i] != Pattern[i])
            {
                return false;
            }
        }

        int year = ReadDigits(text[..4]);
        int month = ReadDigits(text[5..7]);
        int day = ReadDigits(text[8..10]);
        int hour = ReadDigits(text[11..13]);
        int minute = ReadDigits(text[14..16]);
        int second = ReadDigits(text[17..19]);
        if (year == 0 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        DateTimeOffset time = new(year, month, day, hour, minute, second, ReadDigits(text[20..23]), TimeSpan.Zero);
        unixMilliseconds = time.ToUnixTimeMilliseconds();
        return true;
    }

    private static void WriteDigits(Span<byte> to, int value)
    {
        for (int position = to.Length - 1; position >= 0; position--)
        {
            to[position] = (byte)('0' + (value % 10));
            value /= 10;
        }
    }

    private static int ReadDigits(ReadOnlySpan<byte> digits)
    {
        int value = 0;
        foreach (byte digit in digits)
        {
            value = (value * 10) + (digit - '0');
        }

        return value;
    }
}
