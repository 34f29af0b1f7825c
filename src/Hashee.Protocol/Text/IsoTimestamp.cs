namespace Hashee.Protocol;

// ISO 8601 in UTC with milliseconds, 2026-05-15T10:24:11.123Z, digit by digit: .NET's own formatting of dates would be a sixth of a
// small native binary.
internal static class IsoTimestamp
{
    internal const int Length = 24;

    private static ReadOnlySpan<byte> Pattern => "0000-00-00T00:00:00.000Z"u8;

    internal static void Write(long unixMilliseconds, Span<byte> text)
    {
        DateTimeOffset time = DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds);
        Pattern.CopyTo(text);
        WriteDigits(time.Year, text[..4]);
        WriteDigits(time.Month, text[5..7]);
        WriteDigits(time.Day, text[8..10]);
        WriteDigits(time.Hour, text[11..13]);
        WriteDigits(time.Minute, text[14..16]);
        WriteDigits(time.Second, text[17..19]);
        WriteDigits(time.Millisecond, text[20..23]);
    }

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
        if (year == 0 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)
            || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }
        DateTimeOffset time = new(year, month, day, hour, minute, second, ReadDigits(text[20..23]), TimeSpan.Zero);
        unixMilliseconds = time.ToUnixTimeMilliseconds();
        return true;
    }

    private static void WriteDigits(int value, Span<byte> digits)
    {
        for (int i = digits.Length - 1; i >= 0; i--)
        {
            digits[i] = (byte)('0' + value % 10);
            value /= 10;
        }
    }

    private static int ReadDigits(ReadOnlySpan<byte> digits)
    {
        int value = 0;
        foreach (byte digit in digits)
        {
            value = value * 10 + (digit - '0');
        }
        return value;
    }
}
