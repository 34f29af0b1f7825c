namespace Hashee.Webhook.Tests.World;

/// <summary>Good input with faults put in, the same from the same seed.</summary>
internal static class Mutants
{
    /// <summary>What breaks parsers: structure, escapes, halves of surrogate pairs, noncharacters, bytes that are not UTF-8.</summary>
    private static readonly byte[][] Splices =
    [
        [.. "{"u8], [.. "}"u8], [.. "["u8], [.. "]"u8], [.. "\""u8], [.. "\\"u8], [.. ","u8], [.. ":"u8],
        [.. "null"u8], [.. "true"u8], [.. "-0.0e+9"u8], [.. "\"x\":{},"u8], [.. " \r\n\t"u8],
        [.. "\\u0000"u8], [.. "\\ud800"u8], [.. "\\udc00"u8], [.. "\\ud83d\\udd11"u8], [.. "\\/"u8],
        [.. "\uFFFE"u8], [.. "\uFFFF"u8], [.. "\uFEFF"u8], [.. "🔑"u8],
        [0x00], [0x80], [0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80],
        [.. "message.new"u8], [.. "other"u8], [.. "v1"u8],
    ];

    public static IEnumerable<byte[]> Of(byte[] original, int seed, int count)
    {
        Random random = new(seed);
        for (int i = 0; i < count; i++)
        {
            List<byte> mutant = [.. original];
            for (int faults = random.Next(1, 4); faults > 0; faults--)
            {
                Mutate(mutant, random);
            }

            yield return [.. mutant];
        }
    }

    private static void Mutate(List<byte> bytes, Random random)
    {
        int at = random.Next(bytes.Count + 1);
        int length = random.Next(Math.Min(24, bytes.Count - at) + 1);
        switch (random.Next(7))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes.RemoveRange(at, length);
                break;
            case 2:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 3:
                bytes.InsertRange(at, Splices[random.Next(Splices.Length)]);
                break;
            case 4:
                bytes.RemoveRange(at, length);
                bytes.InsertRange(at, Splices[random.Next(Splices.Length)]);
                break;
            case 5 when random.Next(4) == 0:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            default:
                bytes.AddRange(Splices[random.Next(Splices.Length)]);
                break;
        }
    }
}
