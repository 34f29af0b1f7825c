namespace Hashee.Formats;

/// <summary>Whole numbers as headers and variables have them: ASCII digits, and nothing else.</summary>
internal static class Digits
{
    /// <summary>Reads a number.</summary>
    /// <param name="text">Digits; leading zeros are allowed.</param>
    /// <param name="value">0 to 9,223,372,036,854,775,807.</param>
    /// <returns>False when there is none, anything else is in it, or it is larger.</returns>
    internal static bool TryParse(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        foreach (byte character in text)
        {
            int digit = character - '0';
            if (digit is < 0 or > 9 || value > (long.MaxValue - digit) / 10)
            {
                return false;
            }

            value = (value * 10) + digit;
        }

        return !text.IsEmpty;
    }
}
