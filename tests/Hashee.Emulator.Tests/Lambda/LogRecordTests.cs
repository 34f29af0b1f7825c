using Hashee.Emulator.Lambda;

namespace Hashee.Emulator.Tests.Lambda;

public sealed class LogRecordTests
{
    [Theory]
    [InlineData("DEBUG", false)]
    [InlineData("INFO", false)]
    [InlineData("WARN", true)]
    [InlineData("ERROR", true)]
    [InlineData("FATAL", false)] // the end of an INIT, which is told of as such
    public void Its_level_says_whether_something_went_wrong(string level, bool isTrouble) =>
        Assert.Equal(isTrouble, Read($$"""{"level":"{{level}}","message":"So."}""")!.IsTrouble);

    [Theory]
    [InlineData("")]
    [InlineData("plain text")]
    [InlineData("{\"level\":\"WARN\"")]
    [InlineData("{\"level\":\"WARN\"}")]
    [InlineData("{\"level\":1,\"message\":\"So.\"}")]
    [InlineData("{\"_aws\":{\"Timestamp\":1}}")]
    public void Another_line_is_none(string line) => Assert.Null(Read(line));

    [Fact]
    public void For_people_it_is_the_sentence_with_why_and_the_exception_with_its_stack() =>
        Assert.Equal(
            """
            Delivery left in the queue: the agent failed
              System.FormatException: no number
               at One()
               at Two()
            """,
            Read(
                """{"timestamp":"now","level":"WARN","message":"Delivery left in the queue.","reason":"the agent failed","count":1, """
                + """ "errorType":"System.FormatException","errorMessage":"no number","stack":"   at One()\n   at Two()"}""")!.ToString());

    [Theory]
    [InlineData("""{"level":"WARN","message":"So.","errorType":"Oops"}""", "So.\n  Oops")]
    [InlineData("""{"level":"WARN","message":"So.","errorType":"Oops","cause":"Inner: no"}""", "So.\n  Oops\n  because of Inner: no")]
    [InlineData("""{"level":"WARN","message":"Refused.","outcome":"bad_signature"}""", "Refused: bad_signature")]
    [InlineData("""{"level":"WARN","message":"So."}""", "So.")]
    public void What_is_not_there_is_left_out(string line, string text) => Assert.Equal(text, Read(line)!.ToString());

    private static LogRecord? Read(string text) => LogRecord.Read(new OutputLine("hashee-worker", "instance", IsError: false, text));
}
