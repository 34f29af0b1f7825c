using Hashee.Emulator.Sqs;

namespace Hashee.Emulator.Tests.Sqs;

public sealed class RedriveTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void A_message_received_too_often_moves_to_the_dead_letter_queue_instead_of_being_handed_out()
    {
        (SqsQueue source, SqsQueue deadLetters) = Queues.FifoWithDeadLetters(_clock, maxReceiveCount: 2);
        source.Send("a", "bad");
        ReceiveAndLetExpire(source);
        ReceiveAndLetExpire(source);

        Assert.Empty(source.ReceiveBodies());

        Assert.Equal(0, source.Counts.Total);
        Assert.Equal(["bad"], deadLetters.ReceiveBodies());
    }

    [Fact]
    public void The_group_goes_on_with_the_next_message()
    {
        (SqsQueue source, _) = Queues.FifoWithDeadLetters(_clock, maxReceiveCount: 1);
        source.Send("a", "bad");
        source.Send("a", "good");
        ReceiveAndLetExpire(source);

        Assert.Equal(["good"], source.ReceiveBodies());
    }

    [Fact]
    public void A_moved_message_keeps_its_identity_and_names_where_it_came_from()
    {
        (SqsQueue source, SqsQueue deadLetters) = Queues.FifoWithDeadLetters(_clock, maxReceiveCount: 1);
        SendResult sent = source.Send(new OutgoingMessage("bad")
        {
            GroupId = "a",
            DeduplicationId = "delivery-1",
            Attributes = new Dictionary<string, MessageAttribute> { ["outcome"] = MessageAttribute.FromString("malformed") },
        });
        DateTimeOffset sentAt = _clock.GetUtcNow();
        ReceiveAndLetExpire(source);
        source.Receive();

        ReceivedMessage moved = deadLetters.ReceiveOne();

        Assert.Equal(sent.MessageId, moved.MessageId);
        Assert.Equal("a", moved.GroupId);
        Assert.Equal(sent.MessageId, moved.DeduplicationId);
        Assert.Equal("malformed", moved.Attributes["outcome"].StringValue);
        Assert.Equal(sentAt, moved.SentAt);
        Assert.Equal(source.Arn, moved.DeadLetterQueueSourceArn);
        Assert.Equal(2, moved.ReceiveCount);
    }

    [Fact]
    public void Between_fifo_queues_the_retention_period_starts_again()
    {
        (SqsQueue source, SqsQueue deadLetters) = Queues.FifoWithDeadLetters(_clock, maxReceiveCount: 1);
        source.Send("a", "bad");
        _clock.Advance(TimeSpan.FromDays(3));
        ReceiveAndLetExpire(source);
        source.Receive();

        _clock.Advance(TimeSpan.FromDays(13));

        Assert.Equal(1, deadLetters.Counts.Total);
    }

    [Fact]
    public async Task A_long_poll_on_the_dead_letter_queue_sees_the_move()
    {
        (SqsQueue source, SqsQueue deadLetters) = Queues.FifoWithDeadLetters(_clock, maxReceiveCount: 1);
        source.Send("a", "bad");
        Task<IReadOnlyList<ReceivedMessage>> poll = deadLetters.ReceiveAsync(
            wait: TimeSpan.FromSeconds(20), cancellationToken: TestContext.Current.CancellationToken);
        source.ChangeVisibility(source.ReceiveOne().ReceiptHandle, TimeSpan.Zero);

        source.Receive();

        Assert.Equal("bad", Assert.Single(await poll).Body);
    }

    [Theory]
    [InlineData("arn:aws:sqs:eu-central-1:123456789012:missing.fifo", 3)]
    [InlineData("arn:aws:sqs:eu-central-1:123456789012:standard", 3)]
    [InlineData("arn:aws:sqs:eu-central-1:123456789012:dead.fifo", 0)]
    [InlineData("arn:aws:sqs:eu-central-1:123456789012:dead.fifo", 1001)]
    public void A_redrive_policy_needs_an_existing_queue_of_the_same_kind_and_a_count_in_range(string arn, int maxReceiveCount)
    {
        QueueDirectory directory = new(Queues.Account, _clock);
        directory.Create("standard", new QueueSettings());
        directory.Create("dead.fifo", new QueueSettings());

        SqsException refusal = Assert.Throws<SqsException>(() =>
            directory.Create("jobs.fifo", new QueueSettings { RedrivePolicy = new RedrivePolicy(arn, maxReceiveCount) }));

        Assert.Equal("InvalidParameterValue", refusal.Code);
        Assert.Contains("RedrivePolicy", refusal.Message, StringComparison.Ordinal);
    }

    private void ReceiveAndLetExpire(SqsQueue queue)
    {
        queue.ReceiveOne();
        _clock.Advance(queue.Settings.VisibilityTimeout);
    }
}
