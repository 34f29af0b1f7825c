using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace Hashee.Aws.Tests.EventStreams;

/// <summary>Messages of event streams as JSON, the form that <c>tests/node/eventstream.js</c> has.</summary>
internal static class EventMessages
{
    internal static byte[] Encode(JsonObject message)
    {
        List<byte> headers = [];
        foreach ((string name, JsonNode? header) in message["headers"]!.AsObject())
        {
            byte[] nameBytes = Encoding.UTF8.GetBytes(name);
            JsonNode value = header!["value"]!;
            headers.AddRange([(byte)nameBytes.Length, .. nameBytes]);
            headers.AddRange((string)header["type"]! switch
            {
                "boolean" => [(bool)value ? (byte)0 : (byte)1],
                "byte" => [2, (byte)(long)value],
                "short" => [3, .. BigEndian((long)value, 2)],
                "integer" => [4, .. BigEndian((long)value, 4)],
                "long" => [5, .. Convert.FromHexString((string)value!)],
                "binary" => [6, .. BigEndian(Convert.FromBase64String((string)value!).Length, 2), .. Convert.FromBase64String((string)value!)],
                "string" => [7, .. BigEndian(Encoding.UTF8.GetByteCount((string)value!), 2), .. Encoding.UTF8.GetBytes((string)value!)],
                "timestamp" => [8, .. BigEndian((long)value, 8)],
                _ => [9, .. Guid.Parse((string)value!).ToByteArray(bigEndian: true)],
            });
        }

        return Encode([.. headers], Convert.FromBase64String((string)message["body"]!));
    }

    internal static byte[] Encode(byte[] headers, byte[] payload)
    {
        byte[] message = new byte[16 + headers.Length + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(message, message.Length);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), headers.Length);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(8), Crc32.Compute(message.AsSpan(0, 8)));
        headers.CopyTo(message, 12);
        payload.CopyTo(message, 12 + headers.Length);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(message.Length - 4), Crc32.Compute(message.AsSpan(0, message.Length - 4)));
        return message;
    }

    /// <summary>A message with headers of type string.</summary>
    internal static byte[] Encode(string payload, params (string Name, string Value)[] headers)
    {
        JsonObject all = [];
        foreach ((string name, string value) in headers)
        {
            all[name] = new JsonObject { ["type"] = "string", ["value"] = value };
        }

        return Encode(new JsonObject { ["headers"] = all, ["body"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(payload)) });
    }

    internal static JsonObject ToJson(EventMessage message)
    {
        JsonObject headers = [];
        ReadOnlySpan<byte> rest = message.Headers.Span;
        while (EventHeader.TryTake(ref rest, out EventHeader header))
        {
            (string type, JsonNode value) = header.Type switch
            {
                EventHeaderType.True => ("boolean", (JsonNode)true),
                EventHeaderType.False => ("boolean", false),
                EventHeaderType.Byte => ("byte", (long)(sbyte)header.Value[0]),
                EventHeaderType.Short => ("short", (long)BinaryPrimitives.ReadInt16BigEndian(header.Value)),
                EventHeaderType.Integer => ("integer", (long)BinaryPrimitives.ReadInt32BigEndian(header.Value)),
                EventHeaderType.Long => ("long", Convert.ToHexStringLower(header.Value)),
                EventHeaderType.Bytes => ("binary", Convert.ToBase64String(header.Value)),
                EventHeaderType.Text => ("string", Encoding.UTF8.GetString(header.Value)),
                EventHeaderType.Timestamp => ("timestamp", BinaryPrimitives.ReadInt64BigEndian(header.Value)),
                _ => ("uuid", new Guid(header.Value, bigEndian: true).ToString()),
            };
            headers[Encoding.UTF8.GetString(header.Name)] = new JsonObject { ["type"] = type, ["value"] = value };
        }

        return new JsonObject { ["headers"] = headers, ["body"] = Convert.ToBase64String(message.Payload.Span) };
    }

    private static byte[] BigEndian(long value, int length)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes[^length..];
    }
}
