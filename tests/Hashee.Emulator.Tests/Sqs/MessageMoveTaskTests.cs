using Amazon.SQS;
using Amazon.SQS.Model;
using Hashee.Emulator.Sqs;

namespace Hashee.Emulator.Tests.Sqs;

public sealed class MessageMoveTaskTests : IAsyncLifetime
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualClock _clock = new();
    private SqsService _service = null!;
    private AmazonSQSClient _client = null!;
    private SqsQueue _deadLetters = null!;
    private SqsQueue _jobs = null!;

    private static CancellationToken End => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _service = await SqsService.StartAsync(new SqsOptions { Account = AwsAccount.CreateRandom(), Clock = _clock });
        _client = AwsSdk.Plain(_service);
        _deadLetters = _service.CreateQueue("dead.fifo");
        _jobs = _service.CreateQueue("jobs.fifo", new QueueSettings { RedrivePolicy = new RedrivePolicy(_deadLetters.Arn, 1) });
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return _service.DisposeAsync();
    }

    [Fact]
    public async Task Messages_are_moved_in_order_as_new_ones()
    {
        SendResult first = _deadLetters.Send("a", "1", deduplicationId: "d");
        _deadLetters.Send("b", "2");
        _clock.Advance(TimeSpan.FromHours(1));

        await StartAsync(_jobs.Arn);

        Assert.Equal(0, _deadLetters.Counts.Total);
        ReceivedMessage moved = _jobs.ReceiveOne();
        Assert.Equal("1", moved.Body);
        Assert.Equal("a", moved.GroupId);
        Assert.Equal("d", moved.DeduplicationId);
        Assert.NotEqual(first.MessageId, moved.MessageId);
        Assert.Equal(1, moved.ReceiveCount);
        Assert.Equal(_clock.GetUtcNow(), moved.SentAt);
        Assert.Null(moved.DeadLetterQueueSourceArn);
        Assert.Equal(["2"], _jobs.ReceiveBodies());
        ListMessageMoveTasksResultEntry task = Assert.Single(await ListAsync());
        Assert.Equal(("COMPLETED", 2, 2), (task.Status, task.ApproximateNumberOfMessagesMoved, task.ApproximateNumberOfMessagesToMove));
        Assert.Null(task.TaskHandle);
        Assert.Equal(_jobs.Arn, task.DestinationArn);
    }

    [Fact]
    public async Task So_many_a_second_are_moved_until_it_is_cancelled()
    {
        for (int i = 0; i < 4; i++)
        {
            _deadLetters.Send("a", $"{i}");
        }

        string handle = await StartAsync(_jobs.Arn, perSecond: 1);
        Assert.Equal(0, _jobs.Counts.Total);
        _clock.Advance(Second);
        _clock.Advance(Second);
        Assert.Equal((2, 2), (_jobs.Counts.Total, _deadLetters.Counts.Total));
        ListMessageMoveTasksResultEntry running = Assert.Single(await ListAsync());
        Assert.Equal(("RUNNING", handle, 1), (running.Status, running.TaskHandle, running.MaxNumberOfMessagesPerSecond));

        CancelMessageMoveTaskResponse cancelled =
            await _client.CancelMessageMoveTaskAsync(new CancelMessageMoveTaskRequest { TaskHandle = handle }, End);
        Assert.Equal(2, cancelled.ApproximateNumberOfMessagesMoved);
        _clock.Advance(Second);
        Assert.Equal((2, 2), (_jobs.Counts.Total, _deadLetters.Counts.Total));
        Assert.Equal("CANCELLED", Assert.Single(await ListAsync()).Status);
        await Assert.ThrowsAsync<UnsupportedOperationException>(
            () => _client.CancelMessageMoveTaskAsync(new CancelMessageMoveTaskRequest { TaskHandle = handle }, End));
    }

    [Fact]
    public async Task A_limited_task_ends_with_its_last_message_and_only_one_runs_at_a_time()
    {
        _deadLetters.Send("a", "1");
        _deadLetters.Send("a", "2");
        await StartAsync(_jobs.Arn, perSecond: 500);

        AmazonSQSException refusal = await Assert.ThrowsAsync<AmazonSQSException>(() => StartAsync(_jobs.Arn));
        Assert.Equal("InvalidParameterValue", refusal.ErrorCode);
        Assert.Contains("already a task running", refusal.Message, StringComparison.Ordinal);

        _clock.Advance(Second);
        _clock.Advance(Second);
        Assert.Equal("COMPLETED", Assert.Single(await ListAsync()).Status);
        _deadLetters.Send("a", "3");
        await StartAsync(_jobs.Arn);
        Assert.Equal([1, 2], (await ListAsync(10)).Select(static task => task.ApproximateNumberOfMessagesMoved!.Value));
    }

    [Fact]
    public async Task Without_a_destination_a_message_goes_back_to_the_queue_that_gave_it_up()
    {
        _jobs.Send("a", "given up");
        _jobs.ReceiveOne();
        _clock.Advance(_jobs.Settings.VisibilityTimeout);
        Assert.Empty(_jobs.ReceiveBodies());

        await StartAsync(destination: null);

        Assert.Equal(["given up"], _jobs.ReceiveBodies());
        Assert.Null(Assert.Single(await ListAsync()).DestinationArn);
    }

    [Fact]
    public async Task Without_a_destination_a_message_that_was_sent_there_stops_the_task()
    {
        _deadLetters.Send("a", "set aside");

        await StartAsync(destination: null);

        ListMessageMoveTasksResultEntry task = Assert.Single(await ListAsync());
        Assert.Equal(("FAILED", "CouldNotDetermineMessageSource"), (task.Status, task.FailureReason));
        Assert.Equal(1, _deadLetters.Counts.Total);
    }

    [Fact]
    public async Task A_destination_that_is_deleted_stops_the_task()
    {
        SqsQueue other = _service.CreateQueue("other.fifo");
        _deadLetters.Send("a", "1");
        await StartAsync(other.Arn, perSecond: 1);
        await _client.DeleteQueueAsync(_service.HttpUrl(other).ToString(), End);
        _clock.Advance(Second);

        ListMessageMoveTasksResultEntry task = Assert.Single(await ListAsync());
        Assert.Equal(("FAILED", "AWS.SimpleQueueService.NonExistentQueue"), (task.Status, task.FailureReason));
        Assert.Equal(1, _deadLetters.Counts.Total);
    }

    [Fact]
    public async Task A_message_in_flight_stays()
    {
        _deadLetters.Send("a", "1");
        _deadLetters.ReceiveOne();

        await StartAsync(_jobs.Arn);

        Assert.Equal(1, _deadLetters.Counts.InFlight);
        Assert.Equal(0, Assert.Single(await ListAsync()).ApproximateNumberOfMessagesMoved);
    }

    [Fact]
    public async Task A_source_must_be_the_dead_letter_queue_of_another_queue()
    {
        AmazonSQSException refusal = await Assert.ThrowsAsync<AmazonSQSException>(
            () => _client.StartMessageMoveTaskAsync(new StartMessageMoveTaskRequest { SourceArn = _jobs.Arn }, End));

        Assert.Equal(("InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue."), (refusal.ErrorCode, refusal.Message));
    }

    [Fact]
    public async Task Queues_that_do_not_exist_are_named()
    {
        string missing = _jobs.Arn + "x";

        ResourceNotFoundException source = await Assert.ThrowsAsync<ResourceNotFoundException>(
            () => _client.StartMessageMoveTaskAsync(new StartMessageMoveTaskRequest { SourceArn = missing }, End));
        Assert.Contains("SourceArn", source.Message, StringComparison.Ordinal);
        ResourceNotFoundException destination = await Assert.ThrowsAsync<ResourceNotFoundException>(() => StartAsync(missing));
        Assert.Contains("DestinationArn", destination.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ResourceNotFoundException>(
            () => _client.ListMessageMoveTasksAsync(new ListMessageMoveTasksRequest { SourceArn = missing }, End));
    }

    [Fact]
    public async Task A_destination_must_be_another_queue_of_the_same_kind()
    {
        SqsQueue standard = _service.CreateQueue("standard");

        foreach (string destination in (string[])[standard.Arn, _deadLetters.Arn])
        {
            AmazonSQSException refusal = await Assert.ThrowsAsync<AmazonSQSException>(() => StartAsync(destination));
            Assert.Equal("InvalidParameterValue", refusal.ErrorCode);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(501)]
    public async Task A_rate_is_between_1_and_500(int perSecond)
    {
        AmazonSQSException refusal = await Assert.ThrowsAsync<AmazonSQSException>(() => StartAsync(_jobs.Arn, perSecond));

        Assert.Equal("InvalidParameterValue", refusal.ErrorCode);
    }

    [Theory]
    [InlineData("no base64", "InvalidParameterValue")]
    [InlineData("bm8gSlNPTg==", "InvalidParameterValue")]
    [InlineData("eyJ0YXNrSWQiOiJ4Iiwic291cmNlQXJuIjoieCJ9", "ResourceNotFoundException")]
    public async Task A_handle_that_is_none_is_refused(string handle, string code)
    {
        AmazonSQSException refusal = await Assert.ThrowsAnyAsync<AmazonSQSException>(
            () => _client.CancelMessageMoveTaskAsync(new CancelMessageMoveTaskRequest { TaskHandle = handle }, End));

        Assert.Equal(code, refusal.ErrorCode);
    }

    private async Task<string> StartAsync(string? destination, int? perSecond = null)
    {
        StartMessageMoveTaskRequest request = new() { SourceArn = _deadLetters.Arn, DestinationArn = destination };
        if (perSecond is not null)
        {
            request.MaxNumberOfMessagesPerSecond = perSecond;
        }

        return (await _client.StartMessageMoveTaskAsync(request, End)).TaskHandle;
    }

    private async Task<List<ListMessageMoveTasksResultEntry>> ListAsync(int? maximum = null)
    {
        ListMessageMoveTasksRequest request = new() { SourceArn = _deadLetters.Arn };
        if (maximum is not null)
        {
            request.MaxResults = maximum;
        }

        return (await _client.ListMessageMoveTasksAsync(request, End)).Results;
    }
}
