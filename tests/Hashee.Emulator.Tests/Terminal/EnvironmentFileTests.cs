using Hashee.Emulator.Terminal;

namespace Hashee.Emulator.Tests.Terminal;

public sealed class EnvironmentFileTests
{
    [Theory]
    [InlineData("NAME=value", "value")]
    [InlineData("NAME=", "")]
    [InlineData("  export NAME = two words  ", "two words")]
    [InlineData("NAME=a=b==", "a=b==")]
    [InlineData("NAME=value # why", "value")]
    [InlineData("NAME=a#b", "a#b")]
    [InlineData("NAME=# nothing", "")]
    [InlineData("NAME='a # \\n $b \"c\"' # why", "a # \\n $b \"c\"")]
    [InlineData("NAME=\"a\\n\\t\\\"b\\\" \\$c \\\\ \\d # e\"", "a\n\t\"b\" $c \\ \\d # e")]
    public void A_line_gives_a_name_its_value(string line, string value) =>
        Assert.Equal(new KeyValuePair<string, string>("NAME", value), Assert.Single(EnvironmentFile.Read(line, ".env")));

    [Fact]
    public void Empty_lines_and_comments_are_skipped_whatever_ends_a_line() =>
        Assert.Equal(
            [new("A", "1"), new("B", "2"), new("A", "3")],
            EnvironmentFile.Read("# first\r\n\r\nA=1\r\n   # second\nB=2\n\nA=3", ".env"));

    [Theory]
    [InlineData("A=1\nNAME", "file.env, line 2: not NAME=VALUE")]
    [InlineData("A B=secret", "file.env, line 1: not NAME=VALUE")]
    [InlineData("1A=secret", "file.env, line 1: not NAME=VALUE")]
    [InlineData("=secret", "file.env, line 1: not NAME=VALUE")]
    [InlineData("A='secret", "file.env, line 1: the value of A has a quote without its end, or something behind it")]
    [InlineData("A=\"secret\\\"", "file.env, line 1: the value of A has a quote without its end, or something behind it")]
    [InlineData("A='secret'more", "file.env, line 1: the value of A has a quote without its end, or something behind it")]
    public void What_is_no_assignment_is_named_by_its_line_without_the_value(string text, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => EnvironmentFile.Read(text, "file.env").ToList()).Message);
}
