using System.Text;

namespace Hashee.Aws.Tests;

public class Crc32Tests
{
    [Theory]
    [InlineData("", 0u)]
    [InlineData("a", 0xE8B7BE43u)]
    [InlineData("123456789", 0xCBF43926u)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x414FA339u)]
    public void It_is_the_checksum_of_gzip(string text, uint checksum) => Assert.Equal(checksum, Crc32.Compute(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void It_may_be_made_piece_by_piece()
    {
        byte[] bytes = new byte[50];
        Random.Shared.NextBytes(bytes);

        Assert.All(
            Enumerable.Range(0, 51),
            i => Assert.Equal(Crc32.Compute(bytes), Crc32.Compute(bytes.AsSpan(i), Crc32.Compute(bytes.AsSpan(0, i)))));
    }
}
