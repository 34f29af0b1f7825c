namespace Hashee.Protocol.Tests;

public sealed class ReplyPartsTests
{
    private const int Max = ReplyParts.MaxLength;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Max)]
    public void A_text_that_fits_is_one_part(int length)
    {
        string text = new('x', length);

        Assert.Equal([text], ReplyParts.Split(text));
    }

    [Theory]
    [InlineData(Max + 1, new[] { Max, 1 })]
    [InlineData(2 * Max, new[] { Max, Max })]
    [InlineData(2 * Max + 1, new[] { Max, Max, 1 })]
    public void A_text_without_breaks_is_cut_at_the_limit(int length, int[] lengths)
    {
        AssertParts(new string('x', length), lengths);
    }

    [Theory]
    [InlineData("\n\n")]
    [InlineData("\r\n\r\n")]
    public void A_part_ends_after_the_last_paragraph_in_its_second_half(string paragraph)
    {
        string text = Place((60_000, paragraph), (70_000, paragraph), (80_000, "\n"), (90_000, " "));

        AssertParts(text, [70_000 + paragraph.Length, text.Length - 70_000 - paragraph.Length]);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void Without_a_paragraph_it_ends_after_the_last_line(string line)
    {
        string text = Place((10_000, "\n\n"), (60_000, line), (80_000, line), (90_000, " "));

        AssertParts(text, [80_000 + line.Length, text.Length - 80_000 - line.Length]);
    }

    [Theory]
    [InlineData(" ")]
    [InlineData("\t")]
    [InlineData("\u3000")]
    public void Without_a_line_it_ends_after_the_last_word(string space)
    {
        string text = Place((10_000, "\n\n"), (20_000, "\n"), (60_000, space), (90_000, space));

        AssertParts(text, [90_001, text.Length - 90_001]);
    }

    [Fact]
    public void A_break_in_the_first_half_makes_no_short_part()
    {
        AssertParts(Place((49_998, "\n\n")), [Max, 50_000]);
        AssertParts(Place((50_000, "\n\n")), [50_002, 99_998]);
    }

    [Fact]
    public void The_last_place_for_a_break_is_the_end_of_the_part()
    {
        AssertParts(Place((Max - 1, " ")), [Max, 50_000]);
        AssertParts(Place((Max - 2, "\n\n")), [Max, 50_000]);
    }

    [Fact]
    public void A_surrogate_pair_is_never_cut()
    {
        string text = new string('x', Max - 1) + "👋👋";

        AssertParts(text, [Max - 1, 4]);
    }

    [Fact]
    public void A_lone_surrogate_at_the_limit_stays_where_it_is()
    {
        AssertParts(new string('x', Max - 1) + "\ud83dx", [Max, 1]);
        AssertParts(new string('x', Max) + "\udc4b", [Max, 1]);
    }

    // Half as long again as one part.
    private static string Place(params (int Index, string Text)[] breaks)
    {
        char[] text = new string('x', Max + Max / 2).ToCharArray();
        foreach ((int index, string lineBreak) in breaks)
        {
            lineBreak.CopyTo(0, text, index, lineBreak.Length);
        }

        return new string(text);
    }

    private static void AssertParts(string text, int[] lengths)
    {
        IReadOnlyList<string> parts = ReplyParts.Split(text);

        Assert.Equal(lengths, parts.Select(static part => part.Length));
        Assert.Equal(text, string.Concat(parts));
    }
}
