using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Hashee.Emulator.Sqs;

/// <summary>The MD5 digests by which SQS lets a client check what arrived ("Calculating the MD5 message digest for message attributes").</summary>
internal static class MessageDigest
{
    private const byte StringTransport = 1;
    private const byte BinaryTransport = 2;

    /// <returns>32 lower-case hex digits.</returns>
    public static string OfBody(string body) => Hex(Encoding.UTF8.GetBytes(body));

    /// <summary>
    /// Attributes in the order of their names: each of name, type and value behind its length (big-endian, 4 bytes), the value behind a transport byte.
    /// </summary>
    /// <returns>32 lower-case hex digits, null when there are no attributes.</returns>
    public static string? OfAttributes(IReadOnlyDictionary<string, MessageAttribute> attributes)
    {
        if (attributes.Count == 0)
        {
            return null;
        }

        using MemoryStream bytes = new();
        foreach ((string name, MessageAttribute attribute) in attributes.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            Append(bytes, Encoding.UTF8.GetBytes(name));
            Append(bytes, Encoding.UTF8.GetBytes(attribute.DataType));
            bytes.WriteByte(attribute.IsBinary ? BinaryTransport : StringTransport);
            Append(bytes, attribute.ValueBytes);
        }

        return Hex(bytes.ToArray());
    }

    private static void Append(MemoryStream bytes, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
        bytes.Write(length);
        bytes.Write(part);
    }

#pragma warning disable CA5351 // MD5 is what SQS answers with; it guards against accidents, not against attackers.
    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(MD5.HashData(bytes));
#pragma warning restore CA5351
}
