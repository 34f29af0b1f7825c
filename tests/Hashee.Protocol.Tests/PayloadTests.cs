using System.Buffers;
using System.Text;

namespace Hashee.Protocol.Tests;

public sealed class PayloadTests
{
    public static TheoryData<string, Payload> Documented { get; } = new()
    {
        { """{"type":"text","text":"hello"}""", new TextPayload("hello", null) },
        { """{"text":"# hi","x":{},"markdown":true,"type":"text"}""", new TextPayload("# hi", true) },
        { """{"type":"text","text":"","markdown":"yes"}""", new TextPayload("", null) },
        { """{"type":"text","text":"\u4f60\ud83d\udc4b\n\/"}""", new TextPayload("你👋\n/", null) },
        { """{"type":"text","text":"a","text":"b"}""", new TextPayload("b", null) },
        { """{"type":"image","attachment_id":"i"}""", new ImagePayload("i", null, null) },
        { """{"type":"image","attachment_id":"i","alt":"a cat","thumbnail":"t"}""", new ImagePayload("i", "a cat", "t") },
        { """{"type":"video","attachment_id":"v","duration_s":12.5,"width":3}""", new VideoPayload("v", 12.5) },
        { """{"type":"audio","attachment_id":"a","duration_s":3}""", new AudioPayload("a", 3) },
        { """{"type":"audio","attachment_id":"a"}""", new AudioPayload("a", null) },
        { """{"type":"file","attachment_id":"f","filename":"x.pdf","mime":"application/pdf","size":9007199254740993}""", new FilePayload("f", "x.pdf", "application/pdf", 9_007_199_254_740_993) },
    };

    [Theory]
    [MemberData(nameof(Documented))]
    public void A_documented_payload_is_read(string json, Payload expected)
    {
        Assert.Equal(expected, Read(json));
    }

    [Theory]
    [InlineData("""{"type":"artifact","artifact":{"kind":"form", "n":[1]}}""", """{"kind":"form", "n":[1]}""")]
    [InlineData("""{"type":"artifact","artifact":"a\"b"}""", "\"a\\\"b\"")]
    public void An_artifact_is_kept_as_JSON(string json, string artifact)
    {
        Assert.Equal(artifact, Encoding.UTF8.GetString(Assert.IsType<ArtifactPayload>(Read(json)).Artifact.Span));
    }

    [Theory]
    [InlineData("""{"type":"system","event":"joined"}""", "\"joined\"")]
    [InlineData("""{"type":"system","event":{"kind":"joined"}}""", """{"kind":"joined"}""")]
    public void A_system_event_is_kept_as_JSON(string json, string systemEvent)
    {
        Assert.Equal(systemEvent, Encoding.UTF8.GetString(Assert.IsType<SystemPayload>(Read(json)).Event.Span));
    }

    [Theory]
    [InlineData("{}", null)]
    [InlineData("""{"type":null}""", null)]
    [InlineData("""{"type":7}""", null)]
    [InlineData("""{"type":"\ud800"}""", null)]
    [InlineData("""{"text":"no type"}""", null)]
    [InlineData("""{"type":"sticker","text":{"a":1}}""", "sticker")]
    [InlineData("""{"type":"TEXT","text":"x"}""", "TEXT")]
    [InlineData("""{"type":""}""", "")]
    [InlineData("""{"type":"image"}""", "image")]
    [InlineData("""{"type":"image","attachment_id":"\ud800"}""", "image")]
    [InlineData("""{"type":"video","attachment_id":5}""", "video")]
    [InlineData("""{"type":"file","attachment_id":"f","filename":"x","mime":"m","size":1.5}""", "file")]
    [InlineData("""{"type":"artifact"}""", "artifact")]
    [InlineData("""{"type":"system","event":null}""", "system")]
    public void A_payload_that_is_not_known_does_not_fail(string json, string? type)
    {
        Assert.Equal(new UnknownPayload(type), Read(json));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("""{"type":"text","text":"a"}x""")]
    [InlineData("""{"type":"text","text":"a" """)]
    [InlineData("""{"type":"text"}""")]
    [InlineData("""{"type":"text","text":null}""")]
    [InlineData("""{"type":"text","text":7}""")]
    [InlineData("""{"type":"text","text":["a"]}""")]
    [InlineData("""{"type":"text","text":"\ud800"}""")]
    [InlineData("""{"type":"text","text":"\udc00\ud800"}""")]
    public void Anything_but_an_object_and_a_text_without_a_text_are_malformed(string json)
    {
        Assert.False(Payload.TryRead(Encoding.UTF8.GetBytes(json), out Payload? payload));
        Assert.Null(payload);
    }

    [Fact]
    public void A_payload_that_is_not_UTF_8_is_malformed()
    {
        Assert.False(Payload.TryRead([.. "{\"type\":\"text\",\"text\":\""u8, 0xFF, .. "\"}"u8], out _));
    }

    [Fact]
    public void What_a_payload_says_is_never_printed()
    {
        Payload text = new TextPayload("the text", true);

        Assert.Equal("TextPayload", text.ToString());
    }

    [Theory]
    [InlineData("hello", """{"type":"text","text":"hello"}""")]
    [InlineData("", """{"type":"text","text":""}""")]
    [InlineData("你好 <b>&'", """{"type":"text","text":"你好 <b>&'"}""")]
    [InlineData("\"\\\n", """{"type":"text","text":"\"\\\n"}""")]
    public void A_text_is_written_as_documented(string text, string json)
    {
        ArrayBufferWriter<byte> output = new();
        Payload.WriteText(text, output);

        Assert.Equal(json, Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Theory]
    [InlineData("👋🏽 \u0000\u001f\u007f\u2028\uffff")]
    [InlineData("{\"type\":\"image\"}")]
    public void A_text_is_read_as_it_was_written(string text)
    {
        Assert.Equal(new TextPayload(text, null), WriteAndRead(text));
    }

    [Fact]
    public void A_lone_surrogate_is_written_as_the_replacement_character()
    {
        Assert.Equal(new TextPayload("a\uFFFDb", null), WriteAndRead("a\ud800b"));
    }

    private static Payload WriteAndRead(string text)
    {
        ArrayBufferWriter<byte> output = new();
        Payload.WriteText(text, output);
        return Read(Encoding.UTF8.GetString(output.WrittenSpan));
    }

    private static Payload Read(string json)
    {
        Assert.True(Payload.TryRead(Encoding.UTF8.GetBytes(json), out Payload? payload));
        return payload;
    }
}
