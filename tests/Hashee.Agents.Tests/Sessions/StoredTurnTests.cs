using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hashee.Agents.Sessions;
using Microsoft.Extensions.AI;

namespace Hashee.Agents.Tests.Sessions;

public class StoredTurnTests
{
    [Fact]
    public void A_turn_has_the_members_that_are_specified()
    {
        StoredTurn turn = new()
        {
            Id = "m1",
            At = 1_778_840_651_123,
            Messages = [new ChatMessage(ChatRole.User, "hi")],
            Reply = "hello",
            InputTokens = 3,
            OutputTokens = 4,
        };

        AssertJson(
            """
            {"id":"m1","at":1778840651123,"messages":[{"role":"user","contents":[{"$type":"text","text":"hi"}]}],"reply":"hello",
             "usage":{"input":3,"output":4},"pending":false}
            """,
            turn.ToJson());
    }

    [Fact]
    public void It_is_one_line_whatever_is_said() =>
        Assert.DoesNotContain((byte)'\n', new StoredTurn { Id = "m", Reply = "a\r\nb\u2028" }.ToJson().ToArray());

    [Theory]
    [InlineData("""{"id":"m","at":1,"messages":[],"reply":null,"usage":{"input":0,"output":0},"pending":false,"from_the_future":{"a":[1]}}""")]
    [InlineData(
        """
        {"id":"m","at":1,"messages":[],"reply":"r","usage":{"input":1,"output":2},"pending":true,"steps":3,"tries":2,"sent":1,"unasked":{"c":4},
         "written":"half a se","state":"{\"n\":1}","in_file":true,"left_out":true}
        """)]
    public void All_members_survive_a_round_trip(string json) => AssertJson(json, StoredTurn.Read(json).ToJson());

    [Fact]
    public void One_that_lacks_nearly_everything_is_read()
    {
        StoredTurn turn = StoredTurn.Read("""{"id":"m"}""");

        Assert.Equal(("m", 0L, null, false, 0), (turn.Id, turn.At, turn.Reply, turn.IsPending, turn.Messages.Count));
        Assert.Null(turn.ToTurn().Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"id":7}""")]
    [InlineData("""{"id":"m","messages":[1]}""")]
    public void What_is_no_turn_is_refused(string json) => Assert.ThrowsAny<JsonException>(() => StoredTurn.Read(json));

    [Fact]
    public void A_tool_s_result_may_be_as_deep_as_a_reader_takes_it()
    {
        JsonElement deep = JsonElement.Parse(new string('[', 64) + new string(']', 64));
        StoredTurn turn = new() { Id = "m", Messages = [new ChatMessage(ChatRole.Tool, [new FunctionResultContent("c", deep)])] };

        StoredTurn read = StoredTurn.Read(turn.ToJson());

        Assert.Equal(deep.GetRawText(), ((JsonElement)((FunctionResultContent)read.Messages[0].Contents[0]).Result!).GetRawText());
    }

    [Fact]
    public void One_that_is_too_large_leaves_out_its_longest_tool_results_and_attachments_and_is_marked()
    {
        StoredTurn turn = new()
        {
            Id = "m",
            Messages =
            [
                new ChatMessage(ChatRole.User, [new TextContent("look"), new DataContent(new byte[300_000], "image/png")]),
                new ChatMessage(ChatRole.Tool, [new FunctionResultContent("short", "kept"), new FunctionResultContent("long", new string('x', 310_000))]),
            ],
            Reply = "seen",
        };

        StoredTurn read = StoredTurn.Read(TurnFit.Shrink(turn));

        Assert.True(read.HasLeftOut);
        Assert.Equal("seen", read.Reply);
        Assert.Equal("look[left out: too large to keep]", read.Messages[0].Text);
        Assert.Equal(
            [("short", "kept"), ("long", "[left out: too large to keep]")],
            read.Messages[1].Contents.Cast<FunctionResultContent>().Select(static result => (result.CallId, result.Result!.ToString()!)));
    }

    [Fact]
    public void Only_as_much_is_left_out_as_must_be()
    {
        StoredTurn turn = new()
        {
            Id = "m",
            Messages =
            [
                new ChatMessage(
                    ChatRole.Tool, [new FunctionResultContent("a", new string('a', 200_000)), new FunctionResultContent("b", new string('b', 200_001))]),
            ],
        };

        IList<AIContent> contents = StoredTurn.Read(TurnFit.Shrink(turn)).Messages[0].Contents;

        Assert.Equal([200_000, 29], contents.Cast<FunctionResultContent>().Select(static result => result.Result!.ToString()!.Length));
    }

    [Fact]
    public void One_that_is_too_large_without_them_is_a_clear_failure() => Assert.Equal(
        "turn_too_large",
        Assert.Throws<SessionException>(() => TurnFit.Shrink(new StoredTurn { Id = "m", Reply = new string('x', 310_000) })).Failure.Code);

    private static void AssertJson(string expected, ReadOnlyMemory<byte> actual) => Assert.True(
        JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual.Span)), Encoding.UTF8.GetString(actual.Span));
}
