using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Hashee.Host.Transport;
using Hashee.Testing.Servers;

namespace Hashee.Aws.Tests.EventStreams;

public sealed class EventStreamDecoderTests
{
    private const int Messages = 40;

    /// <summary>
    /// Amazon's codec writes messages with headers of every type; they are read as they were, however the stream is split.
    /// </summary>
    [Fact]
    public void Messages_of_Amazons_codec_are_read_as_they_were_at_any_split()
    {
        using NodeProgram codec = new("eventstream");
        Random random = new(1);
        List<JsonObject> sent = [.. Enumerable.Range(0, Messages).Select(i => RandomMessage(random, i))];
        byte[] stream = [.. sent.SelectMany(message => Convert.FromBase64String(codec.Ask(message.ToJsonString())))];
        string[] expected = [.. sent.Select(static message => message.ToJsonString())];

        Assert.Equal(expected, Decode(stream, [stream.Length]));
        Assert.Equal(expected, Decode(stream, Enumerable.Repeat(1, stream.Length)));
        for (int run = 0; run < 50; run++)
        {
            Assert.Equal(expected, Decode(stream, Pieces(random, stream.Length)));
        }
    }

    /// <summary>What these tests encode is what Amazon's codec reads, so that they may make streams of their own.</summary>
    [Fact]
    public void Amazons_codec_reads_the_messages_of_these_tests()
    {
        using NodeProgram codec = new("eventstream");
        Random random = new(2);
        for (int i = 0; i < Messages; i++)
        {
            JsonObject message = RandomMessage(random, i);

            JsonNode read = JsonNode.Parse(codec.Ask(JsonValue.Create(Convert.ToBase64String(EventMessages.Encode(message))).ToJsonString()))!;

            Assert.True(JsonNode.DeepEquals(message, read), read.ToJsonString());
        }
    }

    [Fact]
    public void Every_flipped_bit_is_refused()
    {
        byte[] good = EventMessages.Encode(RandomMessage(new Random(3), 9));
        Assert.Single(Decode(good, [good.Length]));

        for (int bit = 0; bit < 8 * good.Length; bit++)
        {
            byte[] damaged = [.. good];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<TransportException>(() => Decode(damaged, [damaged.Length]));
        }
    }

    [Fact]
    public void A_message_in_part_is_not_taken_and_seen_to_be_in_part()
    {
        byte[] good = EventMessages.Encode(RandomMessage(new Random(4), 5));
        for (int length = 0; length < good.Length; length++)
        {
            EventStreamDecoder decoder = new();
            Put(decoder, good.AsSpan(0, length));
            Assert.False(decoder.TryTake(out _));
            Assert.Equal(length == 0, decoder.IsAtMessageEnd);
        }
    }

    [Theory]
    [InlineData(16 * 1024 * 1024 + 1, 0)]
    [InlineData(-1, 0)]
    [InlineData(16 * 1024 * 1024, 128 * 1024 + 1)]
    [InlineData(16 * 1024 * 1024, -1)]
    [InlineData(15, 0)]
    [InlineData(0, 0)]
    [InlineData(20, 5)]
    public void Lengths_that_cannot_be_are_refused_before_anything_else_comes(int length, int headersLength)
    {
        byte[] prelude = new byte[12];
        BinaryPrimitives.WriteInt32BigEndian(prelude, length);
        BinaryPrimitives.WriteInt32BigEndian(prelude.AsSpan(4), headersLength);
        BinaryPrimitives.WriteUInt32BigEndian(prelude.AsSpan(8), Crc32.Compute(prelude.AsSpan(0, 8)));
        EventStreamDecoder decoder = new();
        Put(decoder, prelude);

        Assert.Throws<TransportException>(() => decoder.TryTake(out _));
    }

    [Fact]
    public void The_largest_message_is_read()
    {
        byte[] message = EventMessages.Encode([], new byte[EventStreamDecoder.LargestMessage - 16]);

        Assert.Equal(EventStreamDecoder.LargestMessage, message.Length);
        Assert.Single(Decode(message, Enumerable.Repeat(64 * 1024, message.Length / (64 * 1024))));
    }

    [Fact]
    public void Memory_grows_only_for_a_length_that_is_checked()
    {
        EventStreamDecoder decoder = new();
        Put(decoder, new byte[11]);
        Assert.True(decoder.Room.Length < 10_000);
    }

    [Theory]
    [InlineData(new byte[] { 0, 0 })]
    [InlineData(new byte[] { 1, (byte)'a' })]
    [InlineData(new byte[] { 1, (byte)'a', 10 })]
    [InlineData(new byte[] { 1, (byte)'a', 4, 0, 0, 0 })]
    [InlineData(new byte[] { 1, (byte)'a', 7, 0 })]
    [InlineData(new byte[] { 1, (byte)'a', 7, 0, 2, (byte)'x' })]
    [InlineData(new byte[] { 1, (byte)'a', 0, 9 })]
    public void A_malformed_header_is_refused(byte[] headers)
    {
        byte[] message = EventMessages.Encode(headers, []);

        TransportException failure = Assert.Throws<TransportException>(() => Decode(message, [message.Length]));

        Assert.Equal("the answer is not an event stream: a header is malformed", failure.Message);
    }

    private static IEnumerable<int> Pieces(Random random, int length)
    {
        while (length > 0)
        {
            int piece = Math.Min(length, random.Next(1, 1 << random.Next(1, 12)));
            length -= piece;
            yield return piece;
        }
    }

    private static void Put(EventStreamDecoder decoder, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            Span<byte> room = decoder.Room.Span;
            int count = Math.Min(room.Length, bytes.Length);
            bytes[..count].CopyTo(room);
            decoder.Received(count);
            bytes = bytes[count..];
        }
    }

    private static List<string> Decode(byte[] stream, IEnumerable<int> pieces)
    {
        List<string> messages = [];
        EventStreamDecoder decoder = new();
        int position = 0;
        foreach (int piece in pieces)
        {
            ReadOnlySpan<byte> bytes = stream.AsSpan(position, piece);
            position += piece;
            while (!bytes.IsEmpty)
            {
                Span<byte> room = decoder.Room.Span;
                int count = Math.Min(room.Length, bytes.Length);
                bytes[..count].CopyTo(room);
                decoder.Received(count);
                bytes = bytes[count..];
                while (decoder.TryTake(out EventMessage message))
                {
                    messages.Add(EventMessages.ToJson(message).ToJsonString());
                }
            }
        }

        return messages;
    }

    private static JsonObject RandomMessage(Random random, int size)
    {
        byte[] Bytes(int length)
        {
            byte[] bytes = new byte[length];
            random.NextBytes(bytes);
            return bytes;
        }

        JsonObject headers = [];
        for (int i = random.Next(12); i > 0; i--)
        {
            JsonObject header = random.Next(9) switch
            {
                0 => new() { ["type"] = "boolean", ["value"] = random.Next(2) == 0 },
                1 => new() { ["type"] = "byte", ["value"] = random.NextInt64(-128, 128) },
                2 => new() { ["type"] = "short", ["value"] = random.NextInt64(-32768, 32768) },
                3 => new() { ["type"] = "integer", ["value"] = random.NextInt64(int.MinValue, int.MaxValue) },
                4 => new() { ["type"] = "long", ["value"] = Convert.ToHexStringLower(Bytes(8)) },
                5 => new() { ["type"] = "binary", ["value"] = Convert.ToBase64String(Bytes(random.Next(300))) },
                6 => new() { ["type"] = "string", ["value"] = new string('ü', random.Next(200)) },
                7 => new() { ["type"] = "timestamp", ["value"] = random.NextInt64(-8_000_000_000_000, 8_000_000_000_000) },
                _ => new() { ["type"] = "uuid", ["value"] = new Guid(Bytes(16)).ToString() },
            };
            headers[$":name-{i}{new string('x', random.Next(200))}"] = header;
        }

        return new JsonObject { ["headers"] = headers, ["body"] = Convert.ToBase64String(Bytes(size * random.Next(400))) };
    }
}
