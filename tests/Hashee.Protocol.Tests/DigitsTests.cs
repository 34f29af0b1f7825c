using System.Text;
using Hashee.Formats;

namespace Hashee.Protocol.Tests;

public sealed class DigitsTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("007", 7)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("0000000000000000000000009", 9)]
    public void Digits_are_a_number(string text, long expected)
    {
        Assert.True(Digits.TryParse(Encoding.ASCII.GetBytes(text), out long value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1.0")]
    [InlineData("1e3")]
    [InlineData("0x1")]
    [InlineData("9223372036854775808")]
    [InlineData("18446744073709551616")]
    [InlineData("99999999999999999999")]
    public void Anything_else_is_none(string text) => Assert.False(Digits.TryParse(Encoding.ASCII.GetBytes(text), out _));
}
