using System.Text;

namespace Hashee.Protocol.Tests;

public sealed class WebhookEventTests
{
    private const string Message =
        """{"type":"message.new","version":"v1","wire_envelope":"SFNFMQ==","metadata":{"conversation_id":"01HZC","sender_id":"01HZU","created_at":"2026-05-15T10:24:11.123Z"}}""";

    [Fact]
    public void A_message_has_an_envelope_a_conversation_and_a_sender()
    {
        WebhookEvent read = Read(Message);

        Assert.Equal("message.new", read.Type);
        Assert.True(read.IsMessage);
        Assert.Equal("01HZC", read.ConversationId);
        Assert.Equal("01HZU", read.SenderId);
        Assert.Equal("SFNFMQ=="u8, read.GetWireEnvelope(Encoding.UTF8.GetBytes(Message)));
    }

    [Theory]
    [InlineData("""{"metadata":{"sender_id":"01HZU","conversation_id":"01HZC"},"wire_envelope":"SFNFMQ==","version":"v1","type":"message.new"}""")]
    [InlineData(""" { "x":[{"type":1},{}], "type" : "message.new" ,"version":"v1","wire_envelope":"SFNFMQ==","y":{"metadata":{}}, "metadata": {"z":{"sender_id":"no"},"conversation_id":"01HZC","sender_id":"01HZU"} , "n":-1.5e300 } """)]
    [InlineData("""{"\u0074ype":"message\u002enew","version":"\u00761","wire_envelope":"SFNFMQ==","meta\u0064ata":{"conversation\u005fid":"01HZ\u0043","sender_id":"01HZU"}}""")]
    public void Order_white_space_unknown_fields_and_escapes_do_not_matter(string body)
    {
        WebhookEvent read = Read(body);

        Assert.True(read.IsMessage);
        Assert.Equal("01HZC", read.ConversationId);
        Assert.Equal("01HZU", read.SenderId);
        Assert.Equal("SFNFMQ=="u8, read.GetWireEnvelope(Encoding.UTF8.GetBytes(body)));
    }

    [Fact]
    public void An_envelope_may_have_JSON_escapes()
    {
        string body = Message.Replace("SFNFMQ==", """SF\/N\u002bFM\u003D\u003d""", StringComparison.Ordinal);

        Assert.Equal("SF/N+FM=="u8, Read(body).GetWireEnvelope(Encoding.UTF8.GetBytes(body)));
    }

    [Fact]
    public void An_envelope_that_is_no_Unicode_stays_as_it_is_and_is_no_base64()
    {
        string body = Message.Replace("SFNFMQ==", """SFNF\ud800""", StringComparison.Ordinal);
        ReadOnlySpan<byte> envelope = Read(body).GetWireEnvelope(Encoding.UTF8.GetBytes(body));

        Assert.Equal("""SFNF\ud800"""u8, envelope);
        using X25519PrivateKey key = X25519PrivateKey.Generate();
        Assert.Equal(EnvelopeOutcome.Malformed, Reading.Open(envelope.ToArray(), "c", "s", [], "agent", key).Outcome);
    }

    [Theory]
    [InlineData("""{"type":"relation.established"}""", null)]
    [InlineData("""{"type":"x","version":null,"metadata":null}""", null)]
    [InlineData("""{"type":"x","metadata":[1,{"conversation_id":"no"}]}""", null)]
    [InlineData("""{"type":"x","metadata":{"conversation_id":null}}""", null)]
    [InlineData("""{"type":"agent.capability_changed","version":"v1","metadata":{"conversation_id":"c"}}""", "c")]
    public void Another_event_needs_only_a_type(string body, string? conversationId)
    {
        WebhookEvent read = Read(body);

        Assert.False(read.IsMessage);
        Assert.Equal(conversationId, read.ConversationId);
        Assert.Null(read.SenderId);
        Assert.True(read.GetWireEnvelope(Encoding.UTF8.GetBytes(body)).IsEmpty);
    }

    [Theory]
    [InlineData("""{"type":"a","type":"b"}""", "b", null)]
    [InlineData("""{"type":1,"type":"b"}""", "b", null)]
    [InlineData("""{"type":"b","metadata":{"conversation_id":"c","conversation_id":"d"}}""", "b", "d")]
    [InlineData("""{"type":"b","metadata":{"conversation_id":"c"},"metadata":{}}""", "b", null)]
    public void Of_a_field_that_is_there_twice_the_last_one_counts(string body, string type, string? conversationId)
    {
        WebhookEvent read = Read(body);

        Assert.Equal(type, read.Type);
        Assert.Equal(conversationId, read.ConversationId);
    }

    [Theory]
    [InlineData("""  "type":"message.new",""", "`type` is missing or is not a text")]
    [InlineData("""  "version":"v1",""", "`version` is not v1")]
    [InlineData("""  "wire_envelope":"SFNFMQ==",""", "`wire_envelope` is missing or is not a text")]
    [InlineData("""  "conversation_id":"01HZC",""", "`metadata.conversation_id` is missing or is not an id")]
    [InlineData("""  "sender_id":"01HZU",""", "`metadata.sender_id` is missing or is not an id")]
    public void A_message_without_a_required_field_is_refused_by_its_name(string field, string problem)
    {
        string name = field.Trim().Split(':')[0];

        AssertProblem(problem, Message.Replace(field.Trim(), "", StringComparison.Ordinal));
        AssertProblem(problem, Message.Replace(field.Trim(), $"{name}:7,", StringComparison.Ordinal));
        AssertProblem(problem, Message.Replace(field.Trim(), $"{name}:null,", StringComparison.Ordinal));
        AssertProblem(problem, Message.Replace(field.Trim(), $"{name}:[],", StringComparison.Ordinal));
        AssertProblem(problem, Message.Replace(field.Trim(), $"{name}:{{}},", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("""\ud800""")]
    [InlineData("""a\udc00""")]
    [InlineData("""\ud800\ud800""")]
    [InlineData("""\ud800A""")]
    [InlineData("""\ud800\n""")]
    [InlineData("""\ud800\ndc00""")]
    [InlineData("""\ud800xxdc00""")]
    public void An_id_is_neither_empty_nor_half_a_surrogate_pair(string id)
    {
        AssertProblem("`metadata.conversation_id` is missing or is not an id", Message.Replace("01HZC", id, StringComparison.Ordinal));
        AssertProblem("`metadata.sender_id` is missing or is not an id", Message.Replace("01HZU", id, StringComparison.Ordinal));
        AssertProblem("`type` is missing or is not a text", Message.Replace("message.new", id, StringComparison.Ordinal));
        AssertProblem(
            "`metadata.conversation_id` is missing or is not an id", $$$"""{"type":"x","metadata":{"conversation_id":"{{{id}}}"}}""");
    }

    [Fact]
    public void An_escaped_surrogate_pair_is_a_character()
    {
        Assert.Equal("👋", Read(Message.Replace("01HZC", """\ud83d\udc4b""", StringComparison.Ordinal)).ConversationId);
    }

    [Theory]
    [InlineData("v2")]
    [InlineData("V1")]
    [InlineData("")]
    public void Another_version_is_refused_whatever_the_type(string version)
    {
        AssertProblem("`version` is not v1", Message.Replace("\"v1\"", $"\"{version}\"", StringComparison.Ordinal));
        AssertProblem("`version` is not v1", $$"""{"type":"x","version":"{{version}}"}""");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"type\"")]
    [InlineData("{")]
    [InlineData("""{"type":"x"}}""")]
    [InlineData("""{"type":"x"} {}""")]
    [InlineData("""{"type":"x"}x""")]
    [InlineData("""{"type":"x",}""")]
    [InlineData("""{'type':'x'}""")]
    [InlineData("""{"type":"x","y":"\x"}""")]
    [InlineData("""{"type":"x","y":01}""")]
    [InlineData("""{"type":"x"/**/}""")]
    [InlineData("\uFEFF{\"type\":\"x\"}")]
    [InlineData("{\"type\":\"x\",\"y\":\"\n\"}")]
    [InlineData("{\"type\":\"x\",\"y\":\"\0\"}")]
    [InlineData("{\"type\":\"x\",\"y\":\"\uFFFE\"}")]
    [InlineData("{\"type\":\"x\",\"y\":\"\uFFFF\"}")]
    public void Anything_but_one_JSON_object_that_a_queue_leaves_alone_is_refused(string body)
    {
        AssertProblem("the body is not a JSON object in UTF-8", body);
    }

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xC0, 0xAF })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xE2, 0x82 })]
    public void A_body_that_is_not_UTF_8_is_refused(byte[] bytes)
    {
        Assert.False(WebhookEvent.TryRead([.. "{\"type\":\"x\",\"y\":\""u8, .. bytes, .. "\"}"u8], out _, out string? problem));
        Assert.Equal("the body is not a JSON object in UTF-8", problem);
    }

    [Theory]
    [InlineData('[', ']')]
    [InlineData('{', '}')]
    public void Any_depth_is_survived(char open, char close)
    {
        const int Depth = 300_000;
        string name = open == '{' ? "\"a\":" : "";
        StringBuilder nested = new();
        for (int i = 0; i < Depth; i++)
        {
            nested.Append(i == 0 ? "" : name).Append(open);
        }

        nested.Append(close, Depth);

        Assert.Equal("x", Read($$"""{"deep":{{nested}},"type":"x"}""").Type);
        Assert.Equal("x", Read($$"""{"metadata":{"deep":{{nested}}},"type":"x"}""").Type);
        AssertProblem("the body is not a JSON object in UTF-8", $$"""{"type":"x","deep":{{nested}}""");
    }

    [Fact]
    public void Reading_allocates_its_three_strings_and_nothing_that_grows_with_the_body()
    {
        byte[] body = Encoding.UTF8.GetBytes(Message.Replace("SFNFMQ==", new string('A', 1_000_000), StringComparison.Ordinal));
        WebhookEvent read = default;
        long allocated = Allocations.Measure(() => Assert.True(WebhookEvent.TryRead(body, out read, out _)));

        Assert.True(read.IsMessage);
        Assert.InRange(allocated, 1, 200);
    }

    private static WebhookEvent Read(string body)
    {
        Assert.True(WebhookEvent.TryRead(Encoding.UTF8.GetBytes(body), out WebhookEvent read, out string? problem), problem);
        return read;
    }

    private static void AssertProblem(string problem, string body)
    {
        Assert.False(WebhookEvent.TryRead(Encoding.UTF8.GetBytes(body), out _, out string? found));
        Assert.Equal(problem, found);
    }
}
