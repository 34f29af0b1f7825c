using System.Globalization;
using System.Text;
using Hashee.Webhook.Tests.World;

namespace Hashee.Webhook.Tests;

[Collection<OneWebhook>]
public sealed class HeaderTests(RunningWebhook webhook)
{
    public static TheoryData<string> Names { get; } =
        [WebhookCall.Signature, WebhookCall.Timestamp, WebhookCall.DeliveryId, WebhookCall.AgentId];

    public static TheoryData<string, string> MalformedValues { get; } = new()
    {
        { WebhookCall.Signature, "" },
        { WebhookCall.Signature, new string('a', 63) },
        { WebhookCall.Signature, new string('a', 65) },
        { WebhookCall.Signature, new string('a', 63) + "g" },
        { WebhookCall.Signature, new string('a', 63) + "é" },
        { WebhookCall.Signature, "sha256=" + new string('a', 57) },
        { WebhookCall.Signature, " " + new string('a', 64) },
        { WebhookCall.Timestamp, "" },
        { WebhookCall.Timestamp, "-1" },
        { WebhookCall.Timestamp, "+1795000000" },
        { WebhookCall.Timestamp, " 1795000000" },
        { WebhookCall.Timestamp, "1795000000 " },
        { WebhookCall.Timestamp, "1795000000.0" },
        { WebhookCall.Timestamp, "1795000000000000000000" },
        { WebhookCall.Timestamp, "9223372036854775808" },
        { WebhookCall.Timestamp, "0x6AFD" },
        { WebhookCall.Timestamp, "１７９５００００００" },
        { WebhookCall.Timestamp, "2026-11-20T10:24:11Z" },
        { WebhookCall.DeliveryId, "" },
        { WebhookCall.DeliveryId, new string('d', 513) },
        { WebhookCall.DeliveryId, "one,two" },
        { WebhookCall.DeliveryId, "one\ttwo" },
        { WebhookCall.DeliveryId, "one\uFFFFtwo" },
        { WebhookCall.AgentId, "" },
        { WebhookCall.AgentId, new string('a', 513) },
        { WebhookCall.AgentId, RunningWebhook.AgentId + "," + RunningWebhook.AgentId },
        { WebhookCall.AgentId, RunningWebhook.AgentId + "\n" },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_missing_header_is_a_bad_request_that_names_it(string name)
    {
        WebhookCall call = WebhookCall.Sign(HasheeEvents.Message()).Without(name);

        Assert.Equal($"{name} is missing", await webhook.RefuseAsync(400, "bad_request", call));
    }

    [Theory]
    [MemberData(nameof(MalformedValues))]
    public async Task A_malformed_header_is_a_bad_request_that_names_it(string name, string value)
    {
        WebhookCall call = WebhookCall.Sign(HasheeEvents.Message()).With(name, value);

        Assert.Equal($"{name} is malformed", await webhook.RefuseAsync(400, "bad_request", call));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_repeated_header_which_Lambda_joins_with_a_comma_is_malformed(string name)
    {
        WebhookCall call = WebhookCall.Sign(HasheeEvents.Message());
        string value = call.Header(name);

        Assert.Equal($"{name} is malformed", await webhook.RefuseAsync(400, "bad_request", call.With(name, $"{value},{value}")));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_header_in_two_letter_cases_is_malformed(string name)
    {
        WebhookCall call = WebhookCall.Sign(HasheeEvents.Message());

        string message = await webhook.RefuseAsync(400, "bad_request", call.And(name.ToUpperInvariant(), call.Header(name)));

        Assert.Equal($"{name} is malformed: it is there more than once", message);
    }

    [Fact]
    public async Task Header_names_may_be_in_upper_case() =>
        await webhook.AcceptAsync(WebhookCall.Sign(HasheeEvents.Message()).Named(static name => name.ToUpperInvariant()));

    [Fact]
    public async Task Header_names_may_be_in_mixed_case()
    {
        WebhookCall call = WebhookCall.Sign(HasheeEvents.Message());

        await webhook.AcceptAsync(call.Named(static name => CultureInfo.InvariantCulture.TextInfo.ToTitleCase(name)));
    }

    [Fact]
    public async Task The_signature_may_be_in_upper_case()
    {
        WebhookCall call = WebhookCall.Sign(HasheeEvents.Message());

        await webhook.AcceptAsync(call.With(WebhookCall.Signature, call.Header(WebhookCall.Signature).ToUpperInvariant()));
    }

    [Theory]
    [InlineData("d")]
    [InlineData("white space inside")]
    [InlineData("配送-🔑")]
    public async Task A_delivery_id_is_any_text_without_commas_and_control_characters(string deliveryId) =>
        await webhook.AcceptAsync(WebhookCall.Sign(HasheeEvents.Message(), deliveryId: deliveryId));

    [Fact]
    public async Task A_delivery_id_may_have_512_characters_whatever_their_bytes() =>
        await webhook.AcceptAsync(WebhookCall.Sign(HasheeEvents.Message(), deliveryId: string.Concat(Enumerable.Repeat("🔑", 512))));

    [Fact]
    public async Task Header_values_that_the_event_writes_in_escapes_are_read_as_what_they_mean()
    {
        WebhookCall call = WebhookCall.Sign(HasheeEvents.Message(), deliveryId: "a-b");
        string payload = Encoding.UTF8.GetString(call.ToEvent()).Replace("\"a-b\"", """
            "\u0061\u002Db"
            """, StringComparison.Ordinal);

        WebhookReply reply = WebhookReply.Read((await webhook.InvokeAsync(HasheeEvents.Utf8(payload))).Payload);

        Assert.Equal(200, reply.Status);
        Assert.Equal("a-b", Assert.Single(webhook.TakeMessages()).DeduplicationId);
    }
}
