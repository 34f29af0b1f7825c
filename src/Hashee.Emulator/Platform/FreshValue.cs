using System.Security.Cryptography;

namespace Hashee.Emulator.Platform;

/// <summary>Ids and secrets nobody had before.</summary>
internal static class FreshValue
{
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string Base32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>A ULID: 48 bits of time in milliseconds, then 80 random bits, as 26 characters of Crockford's base 32.</summary>
    public static string Ulid(DateTimeOffset now) => string.Create(26, now.ToUnixTimeMilliseconds(), static (text, milliseconds) =>
    {
        for (int i = 9; i >= 0; i--)
        {
            text[i] = Base32[(int)(milliseconds & 31)];
            milliseconds >>= 5;
        }

        RandomNumberGenerator.GetItems(Base32, text[10..]);
    });

    /// <summary>An agent token: <c>hsk_</c> and 40 base62 characters.</summary>
    public static string Token() => "hsk_" + RandomNumberGenerator.GetString(Base62, 40);

    /// <summary>A webhook secret: 43 base62 characters, 256 bits.</summary>
    public static string Secret() => RandomNumberGenerator.GetString(Base62, 43);
}
