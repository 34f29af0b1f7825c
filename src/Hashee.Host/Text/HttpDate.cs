namespace Hashee.Host;

/// <summary>The date format of HTTP (RFC 9110, section 5.6.7): <c>Sun, 06 Nov 1994 08:49:37 GMT</c>. Its obsolete forms are not read.</summary>
internal static class HttpDate
{
    private const int Length = 29;

    /// <summary>Reads a date.</summary>
    /// <param name="text">The value of a Date or Retry-After header.</param>
    /// <param name="moment">What was read.</param>
    /// <returns>False for anything else.</returns>
    internal static bool TryParse(ReadOnlySpan<byte> text, out DateTimeOffset moment)
    {
        moment = default;
        if (text.Length != Length || !text[3..5].SequenceEqual(", "u8) || !text[25..].SequenceEqual(" GMT"u8) || text[19] != ':' || text[22] != ':' ||
            !TryRead(text[5..7], out int day) || !TryRead(text[12..16], out int year) || !TryRead(text[17..19], out int hour) ||
            !TryRead(text[20..22], out int minute) || !TryRead(text[23..25], out int second))
        {
            return false;
        }

        int month = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"u8.IndexOf(text[8..11]);
        if (month < 0 || month % 4 != 0 || year == 0 || day == 0 || day > DateTime.DaysInMonth(year, (month / 4) + 1) ||
            hour > 23 || minute > 59 || second > 60)
        {
            return false;
        }

        // A leap second is the next one.
        moment = new DateTimeOffset(year, (month / 4) + 1, day, hour, minute, 0, TimeSpan.Zero).AddSeconds(second);
        return true;
    }

    private static bool TryRead(ReadOnlySpan<byte> digits, out int value)
    {
        value = 0;
        foreach (byte digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        return true;
    }
}
