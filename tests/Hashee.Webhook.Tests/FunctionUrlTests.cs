using System.Net;
using System.Text;
using Hashee.Emulator.Lambda;
using Hashee.Webhook.Tests.World;

namespace Hashee.Webhook.Tests;

[Collection<OneWebhook>]
public sealed class FunctionUrlTests(RunningWebhook webhook)
{
    [Theory]
    [InlineData("")]
    [InlineData("not JSON")]
    [InlineData("{}")]
    [InlineData("""{"Records":[]}""")]
    [InlineData("""{"version":"1.0","httpMethod":"POST","path":"/"}""")]
    [InlineData("""{"version":"2.0","rawPath":"/","headers":[],"requestContext":{"http":{"method":"POST"}},"isBase64Encoded":false}""")]
    [InlineData("""{"version":"2.0","rawPath":"/","body":"%","requestContext":{"http":{"method":"POST"}},"isBase64Encoded":true}""")]
    public async Task An_event_that_is_not_a_Function_URLs_is_reported_as_an_error_and_the_instance_lives_on(string payload)
    {
        InvocationResult result = await webhook.InvokeAsync(HasheeEvents.Utf8(payload));

        Assert.Equal(InvocationOutcome.FunctionError, result.Outcome);
        Assert.Contains("Function URL", Encoding.UTF8.GetString(result.Payload.Span), StringComparison.Ordinal);
        await webhook.AcceptAsync(WebhookCall.Sign(HasheeEvents.Message()));
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/octet-stream")]
    public async Task A_call_over_HTTP_is_accepted_whether_or_not_Lambda_puts_it_into_base64(string contentType)
    {
        WebhookCall call = WebhookCall.Sign(HasheeEvents.Message());

        using HttpResponseMessage response = await PostAsync(call, contentType);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Single(webhook.TakeMessages());
    }

    [Fact]
    public async Task A_header_that_is_sent_twice_over_HTTP_is_malformed()
    {
        WebhookCall call = WebhookCall.Sign(HasheeEvents.Message());

        WebhookCall twice = call.And(WebhookCall.Timestamp, call.Header(WebhookCall.Timestamp));
        using HttpResponseMessage response = await PostAsync(twice, "application/json");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(
            """{"error":{"code":"bad_request","message":"X-Hashee-Timestamp is malformed"}}""",
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_method_that_is_not_allowed_is_told_so_over_HTTP()
    {
        await using FunctionUrl url = await FunctionUrl.StartAsync(webhook.Function);
        using HttpClient client = new();

        using HttpResponseMessage response = await client.DeleteAsync(url.Url, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["POST"], response.Content.Headers.Allow);
    }

    private async Task<HttpResponseMessage> PostAsync(WebhookCall call, string contentType)
    {
        await using FunctionUrl url = await FunctionUrl.StartAsync(webhook.Function);
        using HttpClient client = new();
        using HttpRequestMessage request = new(HttpMethod.Post, url.Url) { Content = new ByteArrayContent(call.Body) };
        foreach ((string name, string value) in call.Without("content-type").Headers)
        {
            request.Headers.Add(name, value);
        }

        request.Content.Headers.Add("Content-Type", contentType);
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
