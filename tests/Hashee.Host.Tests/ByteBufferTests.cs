using System.Text;

namespace Hashee.Host.Tests;

public class ByteBufferTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(100)]
    public void A_head_fits_in_front_whatever_room_was_kept(int headroom)
    {
        ByteBuffer buffer = new(1);
        buffer.Clear(headroom);
        buffer.Append("body"u8);

        buffer.Prepend("head"u8);

        Assert.Equal("headbody", Encoding.ASCII.GetString(buffer.Written));
    }

    [Fact]
    public void Numbers_are_written_in_decimal()
    {
        ByteBuffer buffer = new(1);

        buffer.Append(long.MinValue);
        buffer.Append((byte)' ');
        buffer.Append(0L);

        Assert.Equal("-9223372036854775808 0", Encoding.ASCII.GetString(buffer.Written));
    }

    [Fact]
    public void More_than_there_is_room_for_cannot_be_claimed() =>
        Assert.Throws<ArgumentOutOfRangeException>(static () => new ByteBuffer(4).Advance(5));
}
