using System.Net;
using System.Net.Sockets;
using Hashee.Emulator.Lambda;
using Hashee.Emulator.Sqs;
using Hashee.Webhook.Tests.World;

namespace Hashee.Webhook.Tests;

[Trait("Binaries", "any")]
public sealed class QueueTroubleTests
{
    private const string Unavailable = "queue_unavailable";
    private const string Endpoint = "AWS_ENDPOINT_URL_SQS";

    [Theory]
    [InlineData(400, "QueueDoesNotExist")]
    [InlineData(403, "AccessDeniedException")]
    [InlineData(413, "InvalidMessageContents")]
    public async Task What_SQS_refuses_is_answered_503_after_one_attempt_and_logged_by_its_code(int status, string code)
    {
        await using ScriptedSqs sqs = await ScriptedSqs.StartAsync(
            ScriptedSqs.Answer(status, $$"""{"__type":"com.amazonaws.sqs#{{code}}","message":"no"}"""));
        await using RunningWebhook webhook = await StartAsync(sqs);

        await webhook.RefuseAsync(503, Unavailable, WebhookCall.Sign(HasheeEvents.Message()));

        Assert.Equal(1, sqs.Requests);
        await ExpectLogAsync(webhook, $"HTTP {status} {code}");
    }

    [Theory]
    [InlineData(500, "")]
    [InlineData(503, """{"__type":"com.amazonaws.sqs#ServiceUnavailable"}""")]
    [InlineData(200, "{}")]
    [InlineData(200, "<html>garbage</html>")]
    public async Task What_may_pass_is_answered_503_after_two_attempts(int status, string body)
    {
        await using ScriptedSqs sqs = await ScriptedSqs.StartAsync(ScriptedSqs.Answer(status, body));
        await using RunningWebhook webhook = await StartAsync(sqs);

        await webhook.RefuseAsync(503, Unavailable, WebhookCall.Sign(HasheeEvents.Message()));

        Assert.Equal(2, sqs.Requests);
    }

    [Fact]
    public async Task The_MD5_of_another_body_is_answered_503()
    {
        await using ScriptedSqs sqs = await ScriptedSqs.StartAsync(
            ScriptedSqs.Answer(200, """{"MD5OfMessageBody":"d41d8cd98f00b204e9800998ecf8427e","MessageId":"7"}"""));
        await using RunningWebhook webhook = await StartAsync(sqs);

        await webhook.RefuseAsync(503, Unavailable, WebhookCall.Sign(HasheeEvents.Message()));

        await ExpectLogAsync(webhook, "MD5");
    }

    [Fact]
    public async Task A_second_attempt_that_succeeds_is_answered_200()
    {
        await using ScriptedSqs sqs = await ScriptedSqs.StartAsync(ScriptedSqs.Answer(500, ""), ScriptedSqs.Accept);
        await using RunningWebhook webhook = await StartAsync(sqs);

        WebhookReply reply = await webhook.CallAsync(WebhookCall.Sign(HasheeEvents.Message()));

        Assert.Equal((200, 2), (reply.Status, sqs.Requests));
    }

    [Fact]
    public async Task A_connection_that_ends_without_an_answer_is_answered_503()
    {
        await using ScriptedSqs sqs = await ScriptedSqs.StartAsync(ScriptedSqs.HangUp);
        await using RunningWebhook webhook = await StartAsync(sqs);

        await webhook.RefuseAsync(503, Unavailable, WebhookCall.Sign(HasheeEvents.Message()));
    }

    [Fact]
    public async Task A_stall_is_answered_503_before_the_invocation_ends()
    {
        await using ScriptedSqs sqs = await ScriptedSqs.StartAsync(ScriptedSqs.Stall);
        await using RunningWebhook webhook = await RunningWebhook.StartAsync(_ => [(Endpoint, sqs.Endpoint)], TimeSpan.FromSeconds(3));

        await webhook.RefuseAsync(503, Unavailable, WebhookCall.Sign(HasheeEvents.Message()));

        Assert.Equal(1, sqs.Requests);
    }

    [Fact]
    public async Task Where_nobody_listens_the_function_starts_and_answers_503()
    {
        using Socket nobody = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using RunningWebhook webhook = await RunningWebhook.StartAsync((Endpoint, $"http://{nobody.LocalEndPoint}"));

        await webhook.RefuseAsync(503, Unavailable, WebhookCall.Sign(HasheeEvents.Message()));

        Assert.Empty(webhook.InitErrors.Entries);
    }

    [Fact]
    public async Task When_SQS_is_back_the_same_instance_queues_again()
    {
        await using RunningWebhook webhook = await RunningWebhook.StartAsync();
        WebhookCall call = WebhookCall.Sign(HasheeEvents.Message());
        webhook.Sqs.SetAvailability(SqsAvailability.Unreachable);
        await webhook.RefuseAsync(503, Unavailable, call);
        webhook.Sqs.SetAvailability(SqsAvailability.Unavailable);
        await webhook.RefuseAsync(503, Unavailable, call);
        webhook.Sqs.SetAvailability(SqsAvailability.Available);

        await webhook.AcceptAsync(call);
    }

    [Theory]
    [InlineData("lean")]
    [InlineData("default")]
    public async Task A_queue_behind_TLS_takes_the_event_when_its_root_is_trusted(string provider)
    {
        await using RunningWebhook webhook = await RunningWebhook.StartAsync(
            sqs => [Tls(sqs), ("AWS_CA_BUNDLE", sqs.CaBundlePath), ("HASHEE_TLS_PROVIDER", provider)]);

        await webhook.AcceptAsync(WebhookCall.Sign(HasheeEvents.Message()));

        OutputLine coldStart = await webhook.Output.WaitAsync(
            static line => line.Text.Contains("ColdStart", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        Assert.DoesNotContain("TlsFallback", coldStart.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lean")]
    [InlineData("default")]
    public async Task A_queue_behind_TLS_whose_root_is_not_trusted_is_answered_503(string provider)
    {
        await using RunningWebhook webhook = await RunningWebhook.StartAsync(sqs => [Tls(sqs), ("HASHEE_TLS_PROVIDER", provider)]);

        await webhook.RefuseAsync(503, Unavailable, WebhookCall.Sign(HasheeEvents.Message()));

        await ExpectLogAsync(webhook, "certificate");
    }

    [Fact]
    public async Task A_CA_bundle_that_cannot_be_read_is_logged_by_name_and_answered_503()
    {
        await using RunningWebhook webhook = await RunningWebhook.StartAsync(
            static sqs => [Tls(sqs), ("AWS_CA_BUNDLE", "/nowhere/roots.pem")]);

        await webhook.RefuseAsync(503, Unavailable, WebhookCall.Sign(HasheeEvents.Message()));

        await ExpectLogAsync(webhook, "AWS_CA_BUNDLE");
    }

    private static (string Name, string Value) Tls(SqsService sqs) => (Endpoint, sqs.HttpsEndpoint.GetLeftPart(UriPartial.Authority));

    private static Task<RunningWebhook> StartAsync(ScriptedSqs sqs) => RunningWebhook.StartAsync((Endpoint, sqs.Endpoint));

    private static async Task ExpectLogAsync(RunningWebhook webhook, string text) =>
        await webhook.Output.WaitAsync(line => line.Text.Contains(text, StringComparison.Ordinal), TestContext.Current.CancellationToken);
}
