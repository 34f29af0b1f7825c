using System.Text;
using Hashee.Emulator.Sqs;
using Hashee.Webhook.Tests.World;

namespace Hashee.Webhook.Tests;

[Collection<OneWebhook>]
public sealed class EventTests(RunningWebhook webhook)
{
    private const string Metadata = """ "metadata":{"conversation_id":"c","sender_id":"s"} """;
    private const string UpToMetadata = """{"type":"message.new","version":"v1","wire_envelope":"AA==","metadata":""";

    public static TheoryData<string, string> Malformed { get; } = new()
    {
        { "", "JSON" },
        { " ", "JSON" },
        { "null", "JSON" },
        { "[]", "JSON" },
        { "\"text\"", "JSON" },
        { "{", "JSON" },
        { "{}}", "JSON" },
        { "{} {}", "JSON" },
        { """{"type":"message.new",}""", "JSON" },
        { """{'type':'message.new'}""", "JSON" },
        { """{"type":"other"} // comment""", "JSON" },
        { "\uFEFF{\"type\":\"other\"}", "JSON" },
        { "{\"type\":\"other\",\"x\":\"\uFFFE\"}", "JSON" },
        { "{\"type\":\"other\",\"x\":\"\uFFFF\"}", "JSON" },
        { "{}", "type" },
        { """{"type":null}""", "type" },
        { """{"type":1}""", "type" },
        { """{"type":""}""", "type" },
        { """{"type":"\ud800"}""", "type" },
        { """{"type":"other","version":"v2"}""", "version" },
        { $$"""{"type":"message.new","wire_envelope":"AA==",{{Metadata}}}""", "version" },
        { $$"""{"type":"message.new","version":1,"wire_envelope":"AA==",{{Metadata}}}""", "version" },
        { $$"""{"type":"message.new","version":"v1.1","wire_envelope":"AA==",{{Metadata}}}""", "version" },
        { $$"""{"type":"message.new","version":"v1",{{Metadata}}}""", "wire_envelope" },
        { $$"""{"type":"message.new","version":"v1","wire_envelope":null,{{Metadata}}}""", "wire_envelope" },
        { $$"""{"type":"message.new","version":"v1","wire_envelope":["AA=="],{{Metadata}}}""", "wire_envelope" },
        { """{"type":"message.new","version":"v1","wire_envelope":"AA=="}""", "conversation_id" },
        { UpToMetadata + "\"c\"}", "conversation_id" },
        { UpToMetadata + """{"sender_id":"s"}}""", "conversation_id" },
        { UpToMetadata + """{"conversation_id":"","sender_id":"s"}}""", "conversation_id" },
        { UpToMetadata + """{"conversation_id":7,"sender_id":"s"}}""", "conversation_id" },
        { UpToMetadata + """{"conversation_id":"\udc00","sender_id":"s"}}""", "conversation_id" },
        { UpToMetadata + """{"conversation_id":"c"}}""", "sender_id" },
        { UpToMetadata + """{"conversation_id":"c","sender_id":""}}""", "sender_id" },
        { UpToMetadata + """{"conversation_id":"c","sender_id":"a\ud83d"}}""", "sender_id" },
        { """{"type":"relation.revoked","metadata":{"conversation_id":""}}""", "conversation_id" },
        { """{"type":"relation.revoked","metadata":{"conversation_id":{}}}""", "conversation_id" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task A_body_that_is_not_the_documented_JSON_is_a_bad_request_that_says_where(string body, string where)
    {
        string message = await webhook.RefuseAsync(400, "bad_request", WebhookCall.Sign(HasheeEvents.Utf8(body)));

        Assert.Contains(where, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xC0, 0xAF })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xE2, 0x82 })]
    public async Task A_body_that_is_not_UTF8_is_a_bad_request(byte[] bytes)
    {
        byte[] body = [.. """{"type":"other","x":" """u8, .. bytes, .. "\"}"u8];

        await webhook.RefuseAsync(400, "bad_request", WebhookCall.Sign(body) with { IsBase64Encoded = true });
    }

    [Theory]
    [InlineData($$"""{"type":"message.new","version":"v1","wire_envelope":"",{{Metadata}}}""")]
    [InlineData($$"""{"x":{"type":7},{{Metadata}},"wire_envelope":"","version":"v1","type":"message.new"}""")]
    [InlineData(UpToMetadata + """{"sender_id":"s","x":[{}],"conversation_id":"c"}}""")]
    [InlineData($$"""{"type":"wrong","type":"message.new","version":"v1","wire_envelope":"AA==","metadata":{},{{Metadata}}}""")]
    [InlineData($$"""{"\u0074ype":"message\u002enew","version":"v\u0031","wire_envelope":"A\/==",{{Metadata}}}""")]
    [InlineData("\r\n\t " + UpToMetadata + """{"conversation_id":"c","sender_id":"s"}}""" + "\r\n")]
    public async Task A_message_may_have_its_fields_in_any_order_and_unknown_ones(string body)
    {
        ReceivedMessage message = await webhook.AcceptAsync(WebhookCall.Sign(HasheeEvents.Utf8(body)));

        Assert.Equal("c", message.GroupId);
    }

    [Theory]
    [InlineData("relation.established")]
    [InlineData("relation.terminated")]
    [InlineData("artifact_response")]
    [InlineData("agent.capability_changed")]
    [InlineData("something.nobody.knows.yet")]
    public async Task An_event_of_another_type_needs_nothing_but_its_type_and_goes_to_the_agents_group(string type)
    {
        ReceivedMessage message = await webhook.AcceptAsync(WebhookCall.Sign(HasheeEvents.Utf8($$"""{"type":"{{type}}"}""")));

        Assert.Equal(RunningWebhook.AgentId, message.GroupId);
    }

    [Fact]
    public async Task An_event_of_another_type_goes_to_the_group_of_its_conversation_if_it_has_one()
    {
        byte[] body = HasheeEvents.Utf8("""{"type":"relation.revoked","metadata":{"conversation_id":"c-1"}}""");

        Assert.Equal("c-1", (await webhook.AcceptAsync(WebhookCall.Sign(body))).GroupId);
    }

    [Fact]
    public async Task An_event_may_be_nested_to_any_depth()
    {
        string deep = new StringBuilder().Insert(0, "[", 100_000).Insert(100_000, "]", 100_000).ToString();

        await webhook.AcceptAsync(WebhookCall.Sign(HasheeEvents.Utf8($$"""{"x":{{deep}},"type":"other"}""")));
        await webhook.RefuseAsync(400, "bad_request", WebhookCall.Sign(HasheeEvents.Utf8($$"""{"type":"other","x":{{deep}}]}""")));
    }
}
