using Amazon.Runtime;
using Amazon.SQS;
using Amazon.SQS.Model;
using Hashee.Emulator.Sqs;

namespace Hashee.Emulator.Tests.Sqs;

public sealed class AwsSdkTests : IAsyncLifetime
{
    private readonly ManualClock _clock = new();
    private SqsService _service = null!;
    private AmazonSQSClient _client = null!;

    private static CancellationToken End => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _service = await SqsService.StartAsync(new SqsOptions { Account = AwsAccount.CreateRandom(), Clock = _clock });
        _client = AwsSdk.Plain(_service);
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return _service.DisposeAsync();
    }

    [Fact]
    public async Task It_creates_sends_receives_changes_visibility_deletes_and_reads_attributes()
    {
        string url = await CreateAsync("jobs.fifo");

        SendMessageResponse sent = await _client.SendMessageAsync(
            new SendMessageRequest(url, "héllo \"密\"")
            {
                MessageGroupId = "a",
                MessageDeduplicationId = "1",
                MessageAttributes = new()
                {
                    ["outcome"] = new() { DataType = "String", StringValue = "malformed" },
                    ["data"] = new() { DataType = "Binary", BinaryValue = new MemoryStream([1, 2, 3]) },
                },
            },
            End);
        Message message = Assert.Single(await ReceiveAsync(url));
        Assert.Equal("héllo \"密\"", message.Body);
        Assert.Equal("malformed", message.MessageAttributes["outcome"].StringValue);
        Assert.Equal([1, 2, 3], message.MessageAttributes["data"].BinaryValue.ToArray());
        Assert.Equal(sent.MessageId, message.MessageId);
        Assert.Equal(sent.SequenceNumber, message.Attributes["SequenceNumber"]);

        await _client.ChangeMessageVisibilityAsync(url, message.ReceiptHandle, 600, End);
        GetQueueAttributesResponse attributes = await _client.GetQueueAttributesAsync(url, ["All"], End);
        Assert.Equal(1, attributes.ApproximateNumberOfMessagesNotVisible);
        Assert.Equal(_service.FindQueue("jobs.fifo")!.Arn, attributes.QueueARN);

        await _client.DeleteMessageAsync(url, message.ReceiptHandle, End);
        Assert.Equal(0, _service.FindQueue("jobs.fifo")!.Counts.Total);
    }

    [Fact]
    public async Task It_sends_delays_and_deletes_in_batches()
    {
        string url = await CreateAsync("jobs.fifo");

        SendMessageBatchResponse sent = await _client.SendMessageBatchAsync(
            url,
            [
                new("good", "1") { MessageGroupId = "a", MessageDeduplicationId = "1" },
                new("without-a-group", "2") { MessageDeduplicationId = "2" },
                new("also-good", "3") { MessageGroupId = "a", MessageDeduplicationId = "3" },
            ],
            End);
        Assert.Equal(["good", "also-good"], sent.Successful.Select(static entry => entry.Id));
        Assert.Equal("MissingParameter", Assert.Single(sent.Failed).Code);

        List<Message> received = await ReceiveAsync(url);
        ChangeMessageVisibilityBatchResponse changed = await _client.ChangeMessageVisibilityBatchAsync(
            url,
            [.. received.Select(static (message, i) =>
                new ChangeMessageVisibilityBatchRequestEntry($"{i}", message.ReceiptHandle) { VisibilityTimeout = 0 })],
            End);
        Assert.Equal(2, changed.Successful.Count);

        received = await ReceiveAsync(url);
        DeleteMessageBatchResponse deleted = await _client.DeleteMessageBatchAsync(
            url, [.. received.Select(static (message, i) => new DeleteMessageBatchRequestEntry($"{i}", message.ReceiptHandle))], End);
        Assert.Equal(2, deleted.Successful.Count);
        Assert.Equal(0, _service.FindQueue("jobs.fifo")!.Counts.Total);
    }

    [Fact]
    public async Task It_understands_a_refusal_over_tls()
    {
        using AmazonSQSClient tls = AwsSdk.Tls(_service);

        QueueDoesNotExistException refusal = await Assert.ThrowsAsync<QueueDoesNotExistException>(() => tls.GetQueueUrlAsync("missing", End));

        Assert.Equal("AWS.SimpleQueueService.NonExistentQueue", refusal.ErrorCode);
    }

    [Fact]
    public async Task It_is_refused_with_a_wrong_secret()
    {
        using AmazonSQSClient stranger = AwsSdk.Plain(_service, _service.Account with { SecretAccessKey = "wrong" });

        AmazonServiceException refusal = await Assert.ThrowsAsync<AmazonSQSException>(() => stranger.ListQueuesAsync("", End));

        Assert.Equal("SignatureDoesNotMatch", refusal.ErrorCode);
    }

    [Fact]
    public async Task The_name_of_a_deleted_queue_is_free_after_60_seconds()
    {
        await _client.DeleteQueueAsync(await CreateAsync("jobs.fifo"), End);
        _clock.Advance(TimeSpan.FromSeconds(59));

        await Assert.ThrowsAsync<QueueDeletedRecentlyException>(() => CreateAsync("jobs.fifo"));
        await CreateAsync("other.fifo");

        _clock.Advance(TimeSpan.FromSeconds(1));
        await CreateAsync("jobs.fifo");
    }

    [Fact]
    public async Task A_queue_is_purged_once_in_60_seconds()
    {
        string url = await CreateAsync("jobs.fifo");
        string other = await CreateAsync("other.fifo");
        await _client.PurgeQueueAsync(url, End);
        _clock.Advance(TimeSpan.FromSeconds(59));
        _service.FindQueue("jobs.fifo")!.Send("a", "kept");

        await Assert.ThrowsAsync<PurgeQueueInProgressException>(() => _client.PurgeQueueAsync(url, End));
        await _client.PurgeQueueAsync(other, End);
        Assert.Equal(1, _service.FindQueue("jobs.fifo")!.Counts.Total);

        _clock.Advance(TimeSpan.FromSeconds(1));
        await _client.PurgeQueueAsync(url, End);
        Assert.Equal(0, _service.FindQueue("jobs.fifo")!.Counts.Total);
    }

    private async Task<string> CreateAsync(string name)
    {
        CreateQueueResponse created = await _client.CreateQueueAsync(
            new CreateQueueRequest(name) { Attributes = new() { ["FifoQueue"] = "true" } }, End);
        return created.QueueUrl;
    }

    private async Task<List<Message>> ReceiveAsync(string url)
    {
        ReceiveMessageResponse received = await _client.ReceiveMessageAsync(
            new ReceiveMessageRequest(url)
            {
                MaxNumberOfMessages = 10,
                MessageSystemAttributeNames = ["All"],
                MessageAttributeNames = ["All"],
            },
            End);
        return received.Messages;
    }
}
