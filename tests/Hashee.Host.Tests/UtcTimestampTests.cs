using System.Text;
using Hashee.Formats;

namespace Hashee.Host.Tests;

public class UtcTimestampTests
{
    [Fact]
    public void A_moment_is_written_in_UTC_with_milliseconds()
    {
        byte[] output = new byte[UtcTimestamp.Length];

        UtcTimestamp.Write(output, new DateTimeOffset(2026, 1, 2, 3, 4, 5, 67, TimeSpan.FromHours(5)));

        Assert.Equal("2026-01-01T22:04:05.067Z", Encoding.ASCII.GetString(output));
    }

    [Fact]
    public void Signature_Version_4_gets_it_without_punctuation()
    {
        byte[] output = new byte[16];

        UtcTimestamp.WriteBasic(output, new DateTimeOffset(2015, 8, 30, 12, 36, 0, TimeSpan.Zero));

        Assert.Equal("20150830T123600Z", Encoding.ASCII.GetString(output));
    }
}
