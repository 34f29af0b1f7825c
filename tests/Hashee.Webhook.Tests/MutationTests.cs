using System.Text;
using System.Text.Json;
using Hashee.Emulator.Lambda;
using Hashee.Webhook.Tests.World;

namespace Hashee.Webhook.Tests;

public sealed class MutationTests(RunningWebhook webhook) : IClassFixture<RunningWebhook>
{
    private const int Count = 3000;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    [Fact]
    public async Task One_instance_answers_every_mutated_event_and_accepts_no_other_body_than_the_signed_one()
    {
        WebhookCall call = WebhookCall.Sign(HasheeEvents.Message());
        int process = await GetProcessAsync();
        Dictionary<int, int> answers = [];
        foreach (byte[] mutant in Mutants.Of(call.ToEvent(), seed: 1, Count))
        {
            InvocationResult result = await webhook.InvokeAsync(mutant);
            int status = result.Outcome == InvocationOutcome.Success ? WebhookReply.Read(result.Payload).Status : ReadReportedError(result);
            answers[status] = answers.GetValueOrDefault(status) + 1;
            if (status == 200)
            {
                Assert.Equal(call.Body, BodyOf(mutant));
            }
        }

        Assert.Equal(process, await GetProcessAsync());
        Assert.Empty(webhook.InitErrors.Entries);
        Assert.Equal([0, 200, 400, 401, 403, 405], answers.Keys.Order());
    }

    [Fact]
    public async Task One_instance_accepts_of_mutated_bodies_that_are_signed_those_that_another_parser_finds_good()
    {
        int process = await GetProcessAsync();
        Dictionary<int, int> answers = [];
        foreach (byte[] mutant in Mutants.Of(HasheeEvents.Message(), seed: 2, Count))
        {
            WebhookReply reply = await webhook.CallAsync(WebhookCall.Sign(mutant) with { IsBase64Encoded = true });

            Assert.True(
                reply.Status == (IsDocumented(mutant) ? 200 : 400), $"{reply.Status} {reply.Body} for {Encoding.UTF8.GetString(mutant)}");
            answers[reply.Status] = answers.GetValueOrDefault(reply.Status) + 1;
        }

        Assert.Equal(process, await GetProcessAsync());
        Assert.Empty(webhook.InitErrors.Entries);
        Assert.All([200, 400], status => Assert.InRange(answers[status], Count / 10, Count));
    }

    /// <returns>0, which no answer has for its status.</returns>
    private static int ReadReportedError(InvocationResult result)
    {
        using JsonDocument error = JsonDocument.Parse(result.Payload);
        Assert.Equal("Hashee.Host.ReportableException", error.RootElement.GetProperty("errorType").GetString());
        return 0;
    }

    private static byte[] BodyOf(byte[] payload)
    {
        using JsonDocument document = JsonDocument.Parse(payload);
        return HasheeEvents.Utf8(document.RootElement.GetProperty("body").GetString()!);
    }

    /// <summary>What the contract says of a body, by means of the base library's document object model.</summary>
    private static bool IsDocumented(byte[] body)
    {
        try
        {
            string text = StrictUtf8.GetString(body);
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement root = document.RootElement;
            if (text.AsSpan().ContainsAny('\uFFFE', '\uFFFF') || root.ValueKind != JsonValueKind.Object || Id(root, "type") is not { } type)
            {
                return false;
            }

            bool isMessage = type == "message.new";
            JsonElement? metadata = Member(root, "metadata") is { ValueKind: JsonValueKind.Object } found ? found : null;
            bool isVersion1 = Member(root, "version") is { } version
                ? version.ValueKind == JsonValueKind.String && version.ValueEquals("v1")
                : !isMessage;
            return isVersion1
                && (!isMessage || Member(root, "wire_envelope") is { ValueKind: JsonValueKind.String })
                && IsIdOrMissing(metadata, "conversation_id", isMessage)
                && IsIdOrMissing(metadata, "sender_id", isMessage);
        }
        catch (Exception notGood) when (notGood is JsonException or InvalidOperationException or DecoderFallbackException)
        {
            return false;
        }
    }

    private static bool IsIdOrMissing(JsonElement? parent, string name, bool isRequired) =>
        parent is { } element && Member(element, name) is not null ? Id(element, name) is not null : !isRequired;

    private static string? Id(JsonElement parent, string name) =>
        Member(parent, name) is { ValueKind: JsonValueKind.String } member && member.GetString() is { Length: > 0 } id ? id : null;

    /// <summary>The last member of that name; a null counts as missing.</summary>
    private static JsonElement? Member(JsonElement parent, string name) =>
        parent.EnumerateObject().Where(member => IsNamed(member, name)).Select(static member => (JsonElement?)member.Value).LastOrDefault()
            is { ValueKind: not JsonValueKind.Null } value ? value : null;

    /// <summary>A name with half of a surrogate pair in it is no name that anybody looks for.</summary>
    private static bool IsNamed(JsonProperty member, string name)
    {
        try
        {
            return member.Name == name;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private async Task<int> GetProcessAsync()
    {
        await webhook.CallAsync(new WebhookCall { Method = "GET", Path = "/health" });
        return Assert.Single(webhook.Function.Instances).ProcessId;
    }
}
