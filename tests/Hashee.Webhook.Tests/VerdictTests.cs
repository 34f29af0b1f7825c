using System.Buffers;
using System.Text.Json;
using Hashee.Protocol;

namespace Hashee.Webhook.Tests;

/// <summary>A gate opens for what was accepted and for nothing else, values that are none included.</summary>
public sealed class VerdictTests
{
    [Theory]
    [InlineData(WebhookOutcome.Undecided, 401)]
    [InlineData(WebhookOutcome.StaleTimestamp, 401)]
    [InlineData(WebhookOutcome.InvalidSignature, 401)]
    [InlineData((WebhookOutcome)99, 401)]
    public void An_outcome_of_the_verification_that_is_not_accepted_is_refused(WebhookOutcome outcome, int status)
    {
        Answer answer = new(WebhookHandler.VerdictOn(outcome));

        Assert.False(answer.IsOk);
        Assert.Equal(status, StatusOf(answer));
    }

    [Fact]
    public void Only_accepted_is_accepted() => Assert.Equal(
        [WebhookOutcome.Accepted],
        Enum.GetValues<WebhookOutcome>().Where(static outcome => WebhookHandler.VerdictOn(outcome) == Verdict.Accepted));

    [Theory]
    [InlineData((Verdict)0)]
    [InlineData((Verdict)99)]
    public void A_verdict_that_is_none_is_answered_500(object verdict)
    {
        Answer answer = new((Verdict)verdict);

        Assert.False(answer.IsOk);
        Assert.Equal("internal_error", answer.Code);
        Assert.Equal(500, StatusOf(answer));
        Assert.Equal(Verdict.Undecided, default);
    }

    private static int StatusOf(Answer answer)
    {
        ArrayBufferWriter<byte> response = new();
        answer.WriteTo(response);
        using JsonDocument json = JsonDocument.Parse(response.WrittenMemory);
        return json.RootElement.GetProperty("statusCode").GetInt32();
    }
}
