using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Hashee.Emulator.Sqs;

namespace Hashee.Emulator.Tests.Sqs;

public sealed class SqsServiceTests : IAsyncLifetime
{
    private SqsService _service = null!;
    private SqsClient _client = null!;
    private SqsQueue _queue = null!;

    public async ValueTask InitializeAsync()
    {
        _service = await SqsService.StartAsync(new SqsOptions { Account = AwsAccount.CreateRandom() });
        _client = SqsClient.Plain(_service);
        _queue = _service.CreateQueue("jobs.fifo");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _service.DisposeAsync();
    }

    [Fact]
    public async Task A_message_goes_through_the_wire_and_back()
    {
        JsonObject sent = await _client.CallAsync("SendMessage", Message("body", "a", "1"));
        JsonObject received = await _client.CallAsync("ReceiveMessage", With(("MessageSystemAttributeNames", new JsonArray("All"))));

        JsonNode message = Assert.Single(received["Messages"]!.AsArray())!;
        Assert.Equal("body", Text(message, "Body"));
        Assert.Equal("841a2d689ad86bd1611447453c22c6fc", Text(sent, "MD5OfMessageBody"));
        Assert.Equal("841a2d689ad86bd1611447453c22c6fc", Text(message, "MD5OfBody"));
        Assert.Equal(Text(sent, "MessageId"), Text(message, "MessageId"));
        Assert.Equal(Text(sent, "SequenceNumber"), Text(message["Attributes"]!, "SequenceNumber"));
        Assert.Equal("a", Text(message["Attributes"]!, "MessageGroupId"));

        await _client.CallAsync("DeleteMessage", With(("ReceiptHandle", Text(message, "ReceiptHandle"))));
        Assert.Equal(0, _queue.Counts.Total);
    }

    [Fact]
    public async Task Nothing_to_receive_is_an_empty_answer() =>
        Assert.Empty(await _client.CallAsync("ReceiveMessage", With()));

    [Fact]
    public async Task A_receive_waits_as_long_as_it_is_told_to()
    {
        Task<JsonObject> poll = _client.CallAsync("ReceiveMessage", With(("WaitTimeSeconds", 20)));
        _queue.Send("a", "body");

        Assert.Single((await poll)["Messages"]!.AsArray());
    }

    [Fact]
    public async Task System_attributes_come_only_when_asked_for()
    {
        _queue.Send("a", "body");
        JsonObject received = await _client.CallAsync("ReceiveMessage", With(("AttributeNames", new JsonArray("ApproximateReceiveCount"))));

        JsonObject attributes = received["Messages"]![0]!["Attributes"]!.AsObject();
        Assert.Equal("1", Text(attributes, "ApproximateReceiveCount"));
        Assert.Single(attributes);
    }

    [Fact]
    public async Task Message_attributes_come_by_name_and_by_prefix()
    {
        JsonObject request = Message("body", "a", "1");
        request["MessageAttributes"] = new JsonObject
        {
            ["outcome.code"] = new JsonObject { ["DataType"] = "String", ["StringValue"] = "malformed" },
            ["data"] = new JsonObject { ["DataType"] = "Binary", ["BinaryValue"] = "AQID" },
            ["other"] = new JsonObject { ["DataType"] = "Number", ["StringValue"] = "1" },
        };
        await _client.CallAsync("SendMessage", request);

        JsonObject received = await _client.CallAsync("ReceiveMessage", With(("MessageAttributeNames", new JsonArray("outcome.*", "data"))));

        JsonNode message = received["Messages"]![0]!;
        JsonObject attributes = message["MessageAttributes"]!.AsObject();
        Assert.Equal(2, attributes.Count);
        Assert.Equal("malformed", Text(attributes["outcome.code"]!, "StringValue"));
        Assert.Equal("AQID", Text(attributes["data"]!, "BinaryValue"));
        Assert.NotNull(message["MD5OfMessageAttributes"]);
    }

    [Theory]
    [InlineData("/123456789012/missing.fifo")]
    [InlineData("/000000000000/jobs.fifo")]
    [InlineData("/jobs.fifo")]
    public async Task A_missing_queue_is_refused_in_the_words_of_sqs(string path)
    {
        JsonObject request = Message("body", "a", "1");
        request["QueueUrl"] = new Uri(_service.HttpEndpoint, path).ToString();

        SqsClient.Refusal refusal = await _client.RefusedAsync("SendMessage", request);

        Assert.Equal(400, refusal.Status);
        Assert.Equal("com.amazonaws.sqs#QueueDoesNotExist", refusal.Type);
        Assert.Equal("AWS.SimpleQueueService.NonExistentQueue;Sender", refusal.QueryError);
        Assert.Equal("The specified queue does not exist.", refusal.Message);
    }

    [Fact]
    public async Task An_unsigned_request_is_refused()
    {
        using HttpClient http = new() { BaseAddress = _service.HttpEndpoint };
        using HttpResponseMessage response = await http.PostAsync("/", null, TestContext.Current.CancellationToken);

        SqsClient.Refusal refusal = await SqsClient.Refusal.ReadAsync(response);

        Assert.Equal(403, refusal.Status);
        Assert.Equal("MissingAuthenticationToken;Sender", refusal.QueryError);
    }

    [Fact]
    public async Task An_unknown_operation_is_refused() => Assert.Equal(
        "com.amazon.coral.service#UnknownOperationException", (await _client.RefusedAsync("SendMessages", With())).Type);

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"QueueUrl":17}""")]
    [InlineData("""{"QueueUrl":"\ud800"}""")]
    public async Task A_body_that_is_no_request_is_refused(string body)
    {
        using HttpResponseMessage response = await _client.SendAsync("SendMessage", body);

        Assert.Equal("com.amazon.coral.service#SerializationException", (await SqsClient.Refusal.ReadAsync(response)).Type);
    }

    [Theory]
    [InlineData("MaxNumberOfMessages", 0)]
    [InlineData("MaxNumberOfMessages", 11)]
    [InlineData("WaitTimeSeconds", 21)]
    [InlineData("VisibilityTimeout", 43_201)]
    [InlineData("VisibilityTimeout", -1)]
    public async Task A_number_out_of_range_is_refused_by_name(string parameter, int value)
    {
        SqsClient.Refusal refusal = await _client.RefusedAsync("ReceiveMessage", With((parameter, value)));

        Assert.Equal("InvalidParameterValue;Sender", refusal.QueryError);
        Assert.Contains(parameter, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receipt_handle_that_is_none_is_refused()
    {
        SqsClient.Refusal refusal = await _client.RefusedAsync("DeleteMessage", With(("ReceiptHandle", "nonsense")));

        Assert.Equal(404, refusal.Status);
        Assert.Equal("ReceiptHandleIsInvalid;Sender", refusal.QueryError);
    }

    [Fact]
    public async Task An_entry_of_a_batch_fails_alone()
    {
        JsonObject answer = await _client.CallAsync("SendMessageBatch", Batch(Entry("good", "body", "a", "1"), Entry("bad", "body", "a b", "2")));

        Assert.Equal("good", Text(Assert.Single(answer["Successful"]!.AsArray())!, "Id"));
        JsonNode failed = Assert.Single(answer["Failed"]!.AsArray())!;
        Assert.Equal("bad", Text(failed, "Id"));
        Assert.Equal("InvalidParameterValue", Text(failed, "Code"));
        Assert.True(failed["SenderFault"]!.GetValue<bool>());
        Assert.Equal(1, _queue.Counts.Total);
    }

    [Fact]
    public async Task Batches_delete_and_change_visibility()
    {
        _queue.Send("a", "1");
        _queue.Send("b", "2");
        ReceivedMessage[] messages = [.. _queue.Receive(10)];

        await _client.CallAsync("DeleteMessageBatch", Batch(Receipt("x", messages[0])));
        JsonObject entry = Receipt("y", messages[1]);
        entry["VisibilityTimeout"] = 0;
        await _client.CallAsync("ChangeMessageVisibilityBatch", Batch(entry));

        Assert.Equal(new QueueCounts(1, 0, 0), _queue.Counts);
    }

    [Fact]
    public async Task A_batch_as_a_whole_has_rules()
    {
        string? TypeOf(SqsClient.Refusal refusal) => refusal.Type.Split('#')[1];
        JsonObject[] eleven = [.. Enumerable.Range(0, 11).Select(static i => Entry($"{i}", "body", "a", $"{i}"))];
        JsonObject[] tooLong = [.. Enumerable.Range(0, 2).Select(static i => Entry($"{i}", new string('x', 600_000), "a", $"{i}"))];

        Assert.Equal("EmptyBatchRequest", TypeOf(await _client.RefusedAsync("SendMessageBatch", Batch())));
        Assert.Equal("TooManyEntriesInBatchRequest", TypeOf(await _client.RefusedAsync("SendMessageBatch", Batch(eleven))));
        Assert.Equal("BatchRequestTooLong", TypeOf(await _client.RefusedAsync("SendMessageBatch", Batch(tooLong))));
        Assert.Equal("InvalidBatchEntryId", TypeOf(await _client.RefusedAsync("SendMessageBatch", Batch(Entry("a b", "body", "a", "1")))));
        Assert.Equal(
            "BatchEntryIdsNotDistinct",
            TypeOf(await _client.RefusedAsync("SendMessageBatch", Batch(Entry("x", "body", "a", "1"), Entry("x", "body", "a", "2")))));
        Assert.Equal(0, _queue.Counts.Total);
    }

    [Fact]
    public async Task Creating_a_queue_again_with_the_same_attributes_answers_with_its_url()
    {
        JsonObject request = NewQueue("again.fifo", ("FifoQueue", "true"), ("VisibilityTimeout", "60"));

        JsonObject first = await _client.CallAsync("CreateQueue", request);
        JsonObject second = await _client.CallAsync("CreateQueue", request);

        Assert.Equal(Text(first, "QueueUrl"), Text(second, "QueueUrl"));
        Assert.Equal(new Uri(_service.HttpEndpoint, "/123456789012/again.fifo").ToString(), Text(first, "QueueUrl"));
    }

    [Fact]
    public async Task Creating_a_queue_again_with_another_attribute_is_refused()
    {
        await _client.CallAsync("CreateQueue", NewQueue("again", ("VisibilityTimeout", "60")));

        SqsClient.Refusal refusal = await _client.RefusedAsync("CreateQueue", NewQueue("again", ("VisibilityTimeout", "61")));

        Assert.Equal("QueueAlreadyExists;Sender", refusal.QueryError);
        Assert.EndsWith("attribute VisibilityTimeout", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("jobs2.fifo", null, null, "InvalidParameterValue")]
    [InlineData("jobs2", "FifoQueue", "true", "InvalidParameterValue")]
    [InlineData("jobs2", "FifoQueue", "false", "InvalidAttributeName")]
    [InlineData("bad name", null, null, "InvalidParameterValue")]
    [InlineData("jobs2", "Unknown", "1", "InvalidAttributeName")]
    [InlineData("jobs2", "QueueArn", "1", "InvalidAttributeName")]
    [InlineData("jobs2", "VisibilityTimeout", "43201", "InvalidAttributeValue")]
    [InlineData("jobs2", "VisibilityTimeout", "soon", "InvalidAttributeValue")]
    [InlineData("jobs2", "MaximumMessageSize", "1023", "InvalidAttributeValue")]
    [InlineData("jobs2", "ContentBasedDeduplication", "true", "InvalidAttributeName")]
    [InlineData("jobs2", "RedrivePolicy", "nonsense", "InvalidAttributeValue")]
    public async Task A_queue_that_sqs_would_not_make_is_refused(string name, string? attribute, string? value, string code)
    {
        JsonObject request = attribute is null ? NewQueue(name) : NewQueue(name, (attribute, value!));

        Assert.Equal($"{code};Sender", (await _client.RefusedAsync("CreateQueue", request)).QueryError);
    }

    [Fact]
    public async Task High_throughput_needs_deduplication_by_group()
    {
        (string, string) fifo = ("FifoQueue", "true");
        (string, string) limit = ("FifoThroughputLimit", "perMessageGroupId");

        SqsClient.Refusal refusal = await _client.RefusedAsync("CreateQueue", NewQueue("fast.fifo", fifo, limit));
        Assert.Equal("InvalidAttributeValue;Sender", refusal.QueryError);

        await _client.CallAsync("CreateQueue", NewQueue("fast.fifo", fifo, limit, ("DeduplicationScope", "messageGroup")));
    }

    [Fact]
    public async Task Attributes_are_read_and_set()
    {
        SqsQueue dead = _service.CreateQueue("dead.fifo");
        string policy = $$"""{"deadLetterTargetArn":"{{dead.Arn}}","maxReceiveCount":15}""";
        _queue.Send("a", "1");

        await _client.CallAsync("SetQueueAttributes", With(("Attributes", new JsonObject
        {
            ["VisibilityTimeout"] = "360",
            ["MessageRetentionPeriod"] = "1209600",
            ["RedrivePolicy"] = policy,
        })));
        JsonObject answer = await _client.CallAsync("GetQueueAttributes", With(("AttributeNames", new JsonArray("All"))));

        JsonNode attributes = answer["Attributes"]!;
        Assert.Equal("360", Text(attributes, "VisibilityTimeout"));
        Assert.Equal("1209600", Text(attributes, "MessageRetentionPeriod"));
        Assert.Equal(policy, Text(attributes, "RedrivePolicy"));
        Assert.Equal("1", Text(attributes, "ApproximateNumberOfMessages"));
        Assert.Equal("0", Text(attributes, "ApproximateNumberOfMessagesNotVisible"));
        Assert.Equal("true", Text(attributes, "FifoQueue"));
        Assert.Equal("queue", Text(attributes, "DeduplicationScope"));
        Assert.Equal(_queue.Arn, Text(attributes, "QueueArn"));
    }

    [Fact]
    public async Task An_unknown_attribute_cannot_be_read() => Assert.Equal(
        "InvalidAttributeName;Sender",
        (await _client.RefusedAsync("GetQueueAttributes", With(("AttributeNames", new JsonArray("Unknown"))))).QueryError);

    [Fact]
    public async Task Queues_are_listed_by_prefix_and_page()
    {
        _service.CreateQueue("jobs-1");
        _service.CreateQueue("jobs-2");
        _service.CreateQueue("other");

        JsonObject first = await _client.CallAsync("ListQueues", new JsonObject { ["QueueNamePrefix"] = "jobs-", ["MaxResults"] = 1 });
        JsonObject second = await _client.CallAsync(
            "ListQueues", new JsonObject { ["QueueNamePrefix"] = "jobs-", ["MaxResults"] = 1, ["NextToken"] = Text(first, "NextToken") });

        Assert.EndsWith("/jobs-1", Assert.Single(first["QueueUrls"]!.AsArray())!.GetValue<string>(), StringComparison.Ordinal);
        Assert.EndsWith("/jobs-2", Assert.Single(second["QueueUrls"]!.AsArray())!.GetValue<string>(), StringComparison.Ordinal);
        Assert.False(second.ContainsKey("NextToken"));
    }

    [Fact]
    public async Task A_deleted_queue_is_gone()
    {
        await _client.CallAsync("DeleteQueue", With());

        Assert.Equal(
            "com.amazonaws.sqs#QueueDoesNotExist",
            (await _client.RefusedAsync("GetQueueUrl", new JsonObject { ["QueueName"] = "jobs.fifo" })).Type);
    }

    [Theory]
    [InlineData("/", "Action=ListQueues&Version=2012-11-05")]
    [InlineData("/?Action=ListQueues&Version=2012-11-05", null)]
    public async Task A_client_of_the_query_protocol_is_told_in_its_own_words_which_clients_work(string path, string? form)
    {
        using HttpClient http = new() { BaseAddress = _service.HttpEndpoint };
        MediaTypeHeaderValue formType = MediaTypeHeaderValue.Parse("application/x-www-form-urlencoded; charset=utf-8");
        using HttpContent? content = form is null ? null : new StringContent(form, formType);
        using HttpResponseMessage response = await http.PostAsync(path, content, TestContext.Current.CancellationToken);

        XElement error = XElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Element("Error")!;
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("text/xml", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("AWS.SimpleQueueService.UnsupportedOperation", error.Element("Code")!.Value);
        Assert.Contains(SqsService.Clients, error.Element("Message")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_purged_queue_is_empty()
    {
        _queue.Send("a", "1");

        await _client.CallAsync("PurgeQueue", With());

        Assert.Equal(0, _queue.Counts.Total);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    public async Task The_tls_endpoint_is_trusted_with_the_root_of_the_bundle(string host)
    {
        UriBuilder endpoint = new(_service.HttpsEndpoint) { Host = host };
        using SqsClient tls = SqsClient.Tls(_service, endpoint.Uri);

        await tls.CallAsync("SendMessage", Message("body", "a", "1"));

        Assert.Equal(1, _queue.Counts.Total);
    }

    [Fact]
    public async Task The_root_of_another_run_is_not_trusted()
    {
        await using SqsService other = await SqsService.StartAsync(new SqsOptions { Account = _service.Account });
        using SqsClient tls = SqsClient.Tls(other, _service.HttpsEndpoint);

        await Assert.ThrowsAsync<HttpRequestException>(() => tls.CallAsync("SendMessage", Message("body", "a", "1")));
    }

    [Fact]
    public async Task The_root_file_is_deleted_when_the_service_stops()
    {
        SqsService service = await SqsService.StartAsync(new SqsOptions { Account = _service.Account });
        string path = service.CaBundlePath;
        Assert.StartsWith("-----BEGIN CERTIFICATE-----", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), StringComparison.Ordinal);

        await service.DisposeAsync();

        Assert.False(Directory.Exists(Path.GetDirectoryName(path)));
    }

    [Fact]
    public async Task An_unavailable_service_answers_503_until_it_is_back()
    {
        _service.SetAvailability(SqsAvailability.Unavailable);
        SqsClient.Refusal refusal = await _client.RefusedAsync("SendMessage", Message("body", "a", "1"));
        Assert.Equal(503, refusal.Status);
        Assert.Equal("ServiceUnavailable;Receiver", refusal.QueryError);

        _service.SetAvailability(SqsAvailability.Available);
        await _client.CallAsync("SendMessage", Message("body", "a", "1"));
    }

    [Fact]
    public async Task An_unreachable_service_breaks_connections_until_it_is_back()
    {
        _service.SetAvailability(SqsAvailability.Unreachable);
        await Assert.ThrowsAsync<HttpRequestException>(() => _client.CallAsync("SendMessage", Message("body", "a", "1")));

        _service.SetAvailability(SqsAvailability.Available);
        await _client.CallAsync("SendMessage", Message("body", "a", "1"));
    }

    [Fact]
    public async Task An_unreachable_service_closes_new_connections_before_any_handshake()
    {
        _service.SetAvailability(SqsAvailability.Unreachable);
        using TcpClient tcp = new();
        await tcp.ConnectAsync(IPAddress.Loopback, _service.HttpsEndpoint.Port, TestContext.Current.CancellationToken);

        Assert.Equal(0, await tcp.GetStream().ReadAsync(new byte[1], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_trace_header_of_a_message_comes_back_as_a_system_attribute()
    {
        JsonObject request = Message("body", "a", "1");
        request["MessageSystemAttributes"] = new JsonObject
        {
            ["AWSTraceHeader"] = new JsonObject { ["DataType"] = "String", ["StringValue"] = "Root=1-0-0" },
        };
        await _client.CallAsync("SendMessage", request);

        JsonObject received = await _client.CallAsync("ReceiveMessage", With(("MessageSystemAttributeNames", new JsonArray("AWSTraceHeader"))));

        Assert.Equal("Root=1-0-0", Text(received["Messages"]![0]!["Attributes"]!, "AWSTraceHeader"));
    }

    [Fact]
    public async Task Every_send_is_observed_duplicates_marked()
    {
        List<SentMessage> sent = [];
        _service.Sent += sent.Add;

        await _client.CallAsync("SendMessage", Message("body", "a", "1"));
        await _client.CallAsync("SendMessage", Message("body", "a", "1"));

        Assert.Equal([false, true], sent.Select(static message => message.IsDuplicate));
        Assert.All(sent, static message => Assert.Equal(("jobs.fifo", "a", "1"), (message.QueueName, message.GroupId, message.DeduplicationId)));
        Assert.True(sent[0].Timestamp < sent[1].Timestamp);
    }

    [Fact]
    public void No_secret_shows_in_the_text_of_an_account()
    {
        string text = _service.Account.ToString();

        Assert.DoesNotContain(_service.Account.SecretAccessKey, text, StringComparison.Ordinal);
        Assert.DoesNotContain(_service.Account.SessionToken!, text, StringComparison.Ordinal);
    }

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();

    private static JsonObject Entry(string id, string body, string group, string deduplicationId) => new()
    {
        ["Id"] = id,
        ["MessageBody"] = body,
        ["MessageGroupId"] = group,
        ["MessageDeduplicationId"] = deduplicationId,
    };

    private static JsonObject Receipt(string id, ReceivedMessage message) => new() { ["Id"] = id, ["ReceiptHandle"] = message.ReceiptHandle };

    private static JsonObject NewQueue(string name, params (string Name, string Value)[] attributes)
    {
        JsonObject values = [];
        foreach ((string attribute, string value) in attributes)
        {
            values[attribute] = value;
        }

        return new JsonObject { ["QueueName"] = name, ["Attributes"] = values };
    }

    private JsonObject With(params (string Name, JsonNode Value)[] members)
    {
        JsonObject request = new() { ["QueueUrl"] = _service.HttpUrl(_queue).ToString() };
        foreach ((string name, JsonNode value) in members)
        {
            request[name] = value;
        }

        return request;
    }

    private JsonObject Message(string body, string group, string deduplicationId) =>
        With(("MessageBody", body), ("MessageGroupId", group), ("MessageDeduplicationId", deduplicationId));

    private JsonObject Batch(params JsonObject[] entries) => With(("Entries", new JsonArray([.. entries])));
}
