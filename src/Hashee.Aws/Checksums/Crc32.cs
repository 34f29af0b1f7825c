namespace Hashee.Aws;

/// <summary>The checksum of gzip (RFC 1952, section 8; reflected polynomial 0xEDB88320), which DynamoDB and event streams have.</summary>
internal static class Crc32
{
    private const int Lanes = 4;

    private static readonly uint[] Table = MakeTable();

    /// <summary>The checksum of bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="before">The checksum of what stands in front of them.</param>
    internal static uint Compute(ReadOnlySpan<byte> bytes, uint before = 0)
    {
        uint[] table = Table;
        uint crc = ~before;
        while (bytes.Length >= Lanes)
        {
            crc ^= BitConverter.ToUInt32(bytes);
            crc = table[(3 * 256) + (byte)crc] ^ table[(2 * 256) + (byte)(crc >> 8)] ^ table[256 + (byte)(crc >> 16)] ^ table[crc >> 24];
            bytes = bytes[Lanes..];
        }

        foreach (byte value in bytes)
        {
            crc = (crc >> 8) ^ table[(byte)(crc ^ value)];
        }

        return ~crc;
    }

    /// <summary>What a byte does to the checksum, and what it does with one to three zero bytes behind it.</summary>
    private static uint[] MakeTable()
    {
        uint[] table = new uint[Lanes * 256];
        for (uint i = 0; i < 256; i++)
        {
            uint crc = i;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }

            table[i] = crc;
        }

        for (int i = 256; i < table.Length; i++)
        {
            table[i] = (table[i - 256] >> 8) ^ table[(byte)table[i - 256]];
        }

        return table;
    }
}
