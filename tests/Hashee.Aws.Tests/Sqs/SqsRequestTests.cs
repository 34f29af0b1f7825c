using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hashee.Host;
using Hashee.Testing.Servers;

namespace Hashee.Aws.Tests.Sqs;

public class SqsRequestTests
{
    private readonly List<HttpMessage> _requests = [];

    [Fact]
    public void A_message_is_sent_in_AWS_JSON()
    {
        using LoopbackServer server = new(SqsScripts.AcceptInto(_requests));
        using SqsClient client = SqsTest.NewClient(server);

        SqsOutcome outcome = SqsTest.Send(client);

        Assert.Equal(new SqsOutcome(SqsOutcomeKind.Accepted, "", 200), outcome);
        HttpMessage request = Assert.Single(_requests);
        Assert.Equal("POST / HTTP/1.1", request.StartLine);
        Assert.Equal($"127.0.0.1:{server.Port}", request.Headers["Host"]);
        Assert.Equal("application/x-amz-json-1.0", request.Headers["Content-Type"]);
        Assert.Equal("AmazonSQS.SendMessage", request.Headers["X-Amz-Target"]);
        JsonElement body = JsonDocument.Parse(request.Body).RootElement;
        Assert.Equal(["QueueUrl", "MessageBody", "MessageGroupId", "MessageDeduplicationId"], body.EnumerateObject().Select(member => member.Name));
        Assert.Equal($"http://127.0.0.1:{server.Port}/123456789012/jobs.fifo", body.GetProperty("QueueUrl").GetString());
        Assert.Equal(SqsTest.Body, body.GetProperty("MessageBody").GetString());
        Assert.Equal("group", body.GetProperty("MessageGroupId").GetString());
        Assert.Equal("deduplication", body.GetProperty("MessageDeduplicationId").GetString());
    }

    [Fact]
    public void A_message_to_a_standard_queue_has_no_group()
    {
        using LoopbackServer server = new(SqsScripts.AcceptInto(_requests));
        using SqsClient client = SqsTest.NewClient(server);

        Assert.True(SqsTest.SendToStandardQueue(client).IsAccepted);

        JsonElement body = JsonDocument.Parse(Assert.Single(_requests).Body).RootElement;
        Assert.Equal(["QueueUrl", "MessageBody"], body.EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public void A_message_may_have_attributes()
    {
        using LoopbackServer server = new(SqsScripts.AcceptInto(_requests));
        using SqsClient client = SqsTest.NewClient(server);

        Assert.True(client.SendMessage("body"u8, "group"u8, "id"u8, [("outcome", "gave_up"), ("reason", "\"")], SqsTest.InAMinute).IsAccepted);

        JsonElement body = JsonDocument.Parse(Assert.Single(_requests).Body).RootElement;
        Assert.Equal(
            """{"outcome":{"DataType":"String","StringValue":"gave_up"},"reason":{"DataType":"String","StringValue":"\""}}""",
            body.GetProperty("MessageAttributes").GetRawText());
        Assert.Equal("body", body.GetProperty("MessageBody").GetString());
    }

    [Fact]
    public void A_visibility_timeout_is_changed()
    {
        using LoopbackServer server = new(SqsScripts.Answer(_requests, SqsScripts.Response(200, "")));
        using SqsClient client = SqsTest.NewClient(server);

        Assert.True(client.ChangeMessageVisibility("handle/+=", 360, SqsTest.InAMinute).IsAccepted);

        HttpMessage request = Assert.Single(_requests);
        Assert.Equal("AmazonSQS.ChangeMessageVisibility", request.Headers["X-Amz-Target"]);
        JsonElement body = JsonDocument.Parse(request.Body).RootElement;
        Assert.Equal("handle/+=", body.GetProperty("ReceiptHandle").GetString());
        Assert.Equal(360, body.GetProperty("VisibilityTimeout").GetInt32());
    }

    [Fact]
    public void An_endpoint_takes_the_place_of_the_queues_origin()
    {
        using LoopbackServer server = new(SqsScripts.AcceptInto(_requests));
        Assert.True(HttpUrl.TryParse("https://sqs.eu-west-1.amazonaws.com/123456789012/jobs.fifo", out HttpUrl queueUrl));
        using SqsClient client = new(SqsTest.NewSettings(), queueUrl, new Origin(false, "127.0.0.1", server.Port));

        Assert.True(SqsTest.Send(client).IsAccepted);

        HttpMessage request = Assert.Single(_requests);
        Assert.Equal($"127.0.0.1:{server.Port}", request.Headers["Host"]);
        Assert.Equal(queueUrl.Text, JsonDocument.Parse(request.Body).RootElement.GetProperty("QueueUrl").GetString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData(SqsTest.SessionToken)]
    public void A_request_is_signed(string? sessionToken)
    {
        using LoopbackServer server = new(SqsScripts.AcceptInto(_requests));
        using SqsClient client = SqsTest.NewClient(server, sessionToken: sessionToken);

        Assert.True(SqsTest.Send(client).IsAccepted);

        HttpMessage request = Assert.Single(_requests);
        Assert.Equal(sessionToken is not null, request.Headers.TryGetValue("X-Amz-Security-Token", out string? sent));
        Assert.Equal(sessionToken, sent);
        string signedHeaders = $"content-type;host;x-amz-date;{(sessionToken is null ? "" : "x-amz-security-token;")}x-amz-target";
        Assert.Equal(ExpectedAuthorization(request, signedHeaders), request.Headers["Authorization"]);
    }

    [Fact]
    public void The_largest_message_arrives_whole()
    {
        string body = string.Concat(Enumerable.Repeat("\"0123456789\\\n😀ü\u001f", 1_048_576 / 20))[..500_000];
        using LoopbackServer server = new(SqsScripts.AcceptInto(_requests));
        using SqsClient client = SqsTest.NewClient(server);

        Assert.True(SqsTest.Send(client, body).IsAccepted);

        Assert.Equal(body, JsonDocument.Parse(Assert.Single(_requests).Body).RootElement.GetProperty("MessageBody").GetString());
    }

    [Fact]
    public void One_connection_carries_many_messages()
    {
        using LoopbackServer server = new(SqsScripts.AcceptInto(_requests));
        using SqsClient client = SqsTest.NewClient(server);

        for (int i = 0; i < 10; i++)
        {
            Assert.True(SqsTest.Send(client, $"body {i}").IsAccepted);
        }

        Assert.Equal(1, server.Connections);
        Assert.Equal(
            Enumerable.Range(0, 10).Select(i => $"body {i}"),
            _requests.Select(request => JsonDocument.Parse(request.Body).RootElement.GetProperty("MessageBody").GetString()));
    }

    [Fact]
    public void Connecting_ahead_of_time_saves_the_first_message_a_connection()
    {
        using LoopbackServer server = new(SqsScripts.Accept);
        using SqsClient client = SqsTest.NewClient(server);

        client.Connect(TimeSpan.FromSeconds(30));
        Assert.True(SqsTest.Send(client).IsAccepted);

        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public void Failing_to_connect_ahead_of_time_changes_nothing()
    {
        LoopbackServer gone = new(SqsScripts.Accept);
        gone.Dispose();
        using SqsClient client = SqsTest.NewClient(gone);

        client.Connect(TimeSpan.FromSeconds(30));

        Assert.Equal($"connecting to 127.0.0.1:{gone.Port} failed: Connection refused", SqsTest.Send(client).Reason);
    }

    [Fact]
    public async Task Calls_from_several_threads_do_not_mix()
    {
        using LoopbackServer server = new(SqsScripts.Accept);
        using SqsClient client = SqsTest.NewClient(server);

        IEnumerable<Task<SqsOutcome>> calls = Enumerable.Range(0, 50)
            .Select(i => Task.Run(() => SqsTest.Send(client, $"body {i}"), TestContext.Current.CancellationToken));
        SqsOutcome[] outcomes = await Task.WhenAll(calls);

        Assert.All(outcomes, outcome => Assert.True(outcome.IsAccepted));
    }

    [Fact]
    public void Sending_again_allocates_nothing()
    {
        using LoopbackServer server = new(SqsScripts.Accept);
        using SqsClient client = SqsTest.NewClient(server);
        byte[] body = Encoding.UTF8.GetBytes(SqsTest.Body);
        Deadline deadline = SqsTest.InAMinute;
        for (int i = 0; i < 40; i++)
        {
            Assert.True(client.SendMessage(body, "group"u8, "id"u8, deadline).IsAccepted);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        SqsOutcome outcome = client.SendMessage(body, "group"u8, "id"u8, deadline);
        long after = GC.GetAllocatedBytesForCurrentThread();

        Assert.True(outcome.IsAccepted);
        Assert.InRange(after - before, 0, 200);
    }

    /// <summary>Signature Version 4 once more, on the hashes of the base class library.</summary>
    private static string ExpectedAuthorization(HttpMessage request, string signedHeaders)
    {
        string timestamp = request.Headers["X-Amz-Date"];
        string scope = $"{timestamp[..8]}/eu-west-1/sqs/aws4_request";
        string headers = string.Concat(signedHeaders.Split(';').Select(name => $"{name}:{request.Headers[name]}\n"));
        string canonicalRequest = $"POST\n/\n\n{headers}\n{signedHeaders}\n{Convert.ToHexStringLower(SHA256.HashData(request.Body))}";
        string requestHash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonicalRequest)));
        string stringToSign = $"AWS4-HMAC-SHA256\n{timestamp}\n{scope}\n{requestHash}";
        byte[] key = Encoding.UTF8.GetBytes($"AWS4{SqsTest.Secret}");
        foreach (string part in (string[])[.. scope.Split('/'), stringToSign])
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        return $"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/{scope}, SignedHeaders={signedHeaders}, Signature={Convert.ToHexStringLower(key)}";
    }
}
