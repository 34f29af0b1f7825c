using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hashee.Agents.Sessions;
using Microsoft.Extensions.AI;

namespace Hashee.Agents.Tests.Sessions;

/// <summary>Microsoft.Extensions.AI's own serializer is the judge.</summary>
public class ChatJsonTests
{
    private static readonly JsonSerializerOptions Judge = AIJsonUtilities.DefaultOptions;

    public static TheoryData<string> Contents => new(
        """{"$type":"text","text":"quote \" umlaut ü smile 😀 \u0000 line\nbreak"}""",
        """{"$type":"text","text":""}""",
        """{"$type":"text","text":"x","additionalProperties":{"a":1,"b":"c","d":null,"e":{"f":[true]}}}""",
        """{"$type":"reasoning","text":"because","protectedData":"c2lnbmF0dXJl"}""",
        """{"$type":"reasoning","text":"because"}""",
        """{"$type":"data","uri":"data:image/png;base64,AQID","name":"n.png"}""",
        """{"$type":"uri","uri":"https://example.com/a%20b?c=d","mediaType":"image/png"}""",
        """{"$type":"functionCall","name":"f","arguments":{"a":1,"b":"x","c":null,"d":{"z":[1,2.5,false]}},"informationalOnly":false,"callId":"c1"}""",
        """{"$type":"functionCall","name":"f","informationalOnly":true,"callId":"c1"}""",
        """{"$type":"functionResult","result":"text","callId":"c1"}""",
        """{"$type":"functionResult","result":{"z":[1]},"callId":"c1"}""",
        """{"$type":"functionResult","callId":"c1"}""",
        """
        {"$type":"usage","details":{"inputTokenCount":1,"outputTokenCount":2,"totalTokenCount":3,"cachedInputTokenCount":4,"reasoningTokenCount":5,
         "additionalCounts":{"k":7}}}
        """,
        """{"$type":"usage","details":{}}""",
        """{"$type":"error","message":"boom","errorCode":"e1","details":"d"}""");

    [Theory]
    [MemberData(nameof(Contents))]
    public void What_the_serializer_writes_is_read_and_written_as_the_serializer_does_it(string content)
    {
        ChatMessage message = JsonSerializer.Deserialize<ChatMessage>(
            $$"""
            {"authorName":"a","createdAt":"2026-05-15T10:24:11.123+00:00","role":"assistant","contents":[{{content}}],"messageId":"m",
             "additionalProperties":{"p":1} }
            """,
            Judge)!;
        string theirs = JsonSerializer.Serialize(message, Judge);

        string ours = Write(Read(theirs));

        AssertEqual(theirs, ours);
        AssertEqual(theirs, Write(message));
        AssertEqual(theirs, JsonSerializer.Serialize(JsonSerializer.Deserialize<ChatMessage>(ours, Judge), Judge));
        AssertEqual(theirs, JsonSerializer.Serialize(Read(theirs), Judge));
    }

    [Fact]
    public void What_an_agent_made_itself_is_written_as_the_serializer_does_it()
    {
        ChatMessage message = new(ChatRole.Tool,
        [
            new FunctionCallContent("c", "f", new Dictionary<string, object?>
            {
                ["i"] = 1, ["l"] = 2L, ["d"] = 1.5, ["b"] = true, ["m"] = 3m, ["s"] = "t", ["n"] = null,
            }),
            new FunctionResultContent("c", 17),
            new DataContent(new byte[] { 1, 2, 3 }, "application/pdf"),
            new TextContent("x"),
        ]);

        AssertEqual(JsonSerializer.Serialize(message, Judge), Write(message));
    }

    [Theory]
    [InlineData("""{"role":"user","contents":[{"$type":"hologram","depth":{"x":[1,null]}},{"$type":"text","text":"a"}]}""")]
    [InlineData("""{"role":"user","contents":[{"$type":"text","text":"a","weight":1},{"$type":"functionResult","callId":"c","cost":{"e":1}}],"mood":"x"}""")]
    [InlineData("""{"role":"user","contents":[{"$type":"data","uri":"no data URI"},{"$type":"functionCall","odd":1},{"$type":"usage"},{},null,7]}""")]
    [InlineData("""{"role":"user","contents":[{"$type":"text","text":"a","annotations":[{"$type":"citation","title":"t"}]}]}""")]
    public void What_is_not_known_survives(string json) => AssertEqual(json, Write(Read(json)));

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    public void What_is_no_message_is_refused(string json) => Assert.Throws<JsonException>(() => Read(json));

    private static ChatMessage Read(string json) => ChatJson.Read(JsonElement.Parse(json));

    private static string Write(ChatMessage message)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            ChatJson.Write(json, message);
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static void AssertEqual(string expected, string actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual)), $"{expected}\n{actual}");
}
