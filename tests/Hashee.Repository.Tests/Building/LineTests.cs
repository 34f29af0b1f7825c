using System.Text.RegularExpressions;

namespace Hashee.Repository.Tests.Building;

/// <summary>The length of lines, which .editorconfig tells editors and no compiler looks at.</summary>
public sealed partial class LineTests
{
    private const int Longest = 160;
    private const int LongLiteral = 60;

    [Fact]
    public void A_line_has_at_most_160_characters_unless_it_holds_a_long_text() => Assert.Empty(
        from path in (string[])[.. Repository.SourceFiles("src"), .. Repository.SourceFiles("tests"), .. Repository.SourceFiles("benchmarks")]
        where !path.Contains("/src/Agent/", StringComparison.Ordinal)
        from line in File.ReadLines(path).Select(static (text, index) => (Text: text, Number: index + 1))
        where line.Text.Length > Longest && !Literal().Matches(line.Text).Any(static literal => literal.Length > LongLiteral)
        select $"{path}:{line.Number} has {line.Text.Length}");

    [Fact]
    public void That_is_what_editors_are_told() =>
        Assert.Contains($"max_line_length = {Longest}\n", Repository.Read(".editorconfig"), StringComparison.Ordinal);

    [GeneratedRegex("\"\"\".*\"\"\"|\"(\\\\.|[^\"\\\\])*\"")]
    private static partial Regex Literal();
}
