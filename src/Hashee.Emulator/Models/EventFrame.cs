using System.Buffers.Binary;
using System.Text;

namespace Hashee.Emulator.Models;

/// <summary>A message of an AWS event stream ("Event stream encoding" in the Amazon Transcribe guide), with headers of type string.</summary>
internal static class EventFrame
{
    public static byte[] Encode(string payload, params ReadOnlySpan<(string Name, string Value)> headers)
    {
        List<byte> names = [];
        foreach ((string name, string value) in headers)
        {
            byte[] length = new byte[2];
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)Encoding.UTF8.GetByteCount(value));
            names.AddRange([(byte)name.Length, .. Encoding.ASCII.GetBytes(name), 7, .. length, .. Encoding.UTF8.GetBytes(value)]);
        }

        byte[] body = Encoding.UTF8.GetBytes(payload);
        byte[] frame = new byte[16 + names.Count + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), names.Count);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(8), Checksum(frame.AsSpan(0, 8)));
        names.CopyTo(frame, 12);
        body.CopyTo(frame, 12 + names.Count);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(frame.Length - 4), Checksum(frame.AsSpan(0, frame.Length - 4)));
        return frame;
    }

    /// <summary>RFC 1952, section 8, bit by bit.</summary>
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint checksum = uint.MaxValue;
        foreach (byte value in bytes)
        {
            checksum ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                checksum = (checksum >> 1) ^ ((checksum & 1) * 0xEDB88320);
            }
        }

        return ~checksum;
    }
}
