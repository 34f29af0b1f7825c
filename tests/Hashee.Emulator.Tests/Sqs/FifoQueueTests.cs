using System.Globalization;
using Hashee.Emulator.Sqs;

namespace Hashee.Emulator.Tests.Sqs;

public sealed class FifoQueueTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void A_group_comes_out_in_the_order_it_went_in()
    {
        SqsQueue queue = Queues.Fifo(_clock);
        queue.Send("a", "1");
        queue.Send("a", "2");
        queue.Send("a", "3");

        Assert.Equal(["1", "2", "3"], queue.ReceiveBodies());
    }

    [Fact]
    public void A_batch_takes_as_many_of_one_group_as_fit_before_it_starts_the_next()
    {
        SqsQueue queue = Queues.Fifo(_clock);
        queue.Send("a", "a1");
        queue.Send("b", "b1");
        queue.Send("a", "a2");
        queue.Send("b", "b2");

        Assert.Equal(["a1", "a2", "b1"], queue.ReceiveBodies(maximum: 3));
    }

    [Fact]
    public void A_group_is_blocked_while_one_of_its_messages_is_in_flight()
    {
        SqsQueue queue = Queues.Fifo(_clock);
        queue.Send("a", "a1");
        queue.Send("a", "a2");
        queue.Send("b", "b1");

        Assert.Equal(["a1"], queue.ReceiveBodies(maximum: 1));
        Assert.Equal(["b1"], queue.ReceiveBodies());
    }

    [Fact]
    public void A_group_goes_on_when_its_message_is_deleted()
    {
        SqsQueue queue = Queues.Fifo(_clock);
        queue.Send("a", "a1");
        queue.Send("a", "a2");

        queue.Delete(queue.ReceiveOne().ReceiptHandle);

        Assert.Equal(["a2"], queue.ReceiveBodies());
    }

    [Fact]
    public void A_message_that_was_not_deleted_comes_again_first_when_its_visibility_timeout_is_over()
    {
        SqsQueue queue = Queues.Fifo(_clock, new QueueSettings { VisibilityTimeout = TimeSpan.FromSeconds(30) });
        queue.Send("a", "a1");
        queue.Send("a", "a2");
        queue.ReceiveOne();

        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Empty(queue.ReceiveBodies());

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["a1", "a2"], queue.ReceiveBodies());
    }

    [Fact]
    public void A_receive_may_choose_its_own_visibility_timeout()
    {
        SqsQueue queue = Queues.Fifo(_clock);
        queue.Send("a", "a1");
        queue.Receive(1, TimeSpan.FromSeconds(5));

        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(["a1"], queue.ReceiveBodies());
    }

    [Fact]
    public void A_visibility_timeout_of_zero_makes_a_message_visible_at_once()
    {
        SqsQueue queue = Queues.Fifo(_clock);
        queue.Send("a", "a1");

        queue.ChangeVisibility(queue.ReceiveOne().ReceiptHandle, TimeSpan.Zero);

        Assert.Equal(2, queue.ReceiveOne().ReceiveCount);
    }

    [Fact]
    public void A_changed_visibility_timeout_counts_from_the_change()
    {
        SqsQueue queue = Queues.Fifo(_clock);
        queue.Send("a", "a1");
        ReceivedMessage message = queue.ReceiveOne();

        _clock.Advance(TimeSpan.FromSeconds(20));
        queue.ChangeVisibility(message.ReceiptHandle, TimeSpan.FromSeconds(60));
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Empty(queue.ReceiveBodies());

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["a1"], queue.ReceiveBodies());
    }

    [Fact]
    public void A_message_stays_hidden_for_twelve_hours_at_most()
    {
        SqsQueue queue = Queues.Fifo(_clock);
        queue.Send("a", "a1");
        ReceivedMessage message = queue.ReceiveOne();
        _clock.Advance(TimeSpan.FromSeconds(1));

        SqsException refusal = Assert.Throws<SqsException>(() => queue.ChangeVisibility(message.ReceiptHandle, TimeSpan.FromHours(12)));

        Assert.Equal("InvalidParameterValue", refusal.Code);
        Assert.Contains("43200", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_deduplication_id_is_queued_once_within_five_minutes()
    {
        SqsQueue queue = Queues.Fifo(_clock);
        SendResult first = queue.Send("a", "body", "delivery-1");
        _clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(1));

        SendResult second = queue.Send("a", "body", "delivery-1");

        Assert.Equal(first, second);
        Assert.Equal(1, queue.Counts.Total);
    }

    [Fact]
    public void The_same_deduplication_id_is_queued_again_after_five_minutes()
    {
        SqsQueue queue = Queues.Fifo(_clock);
        SendResult first = queue.Send("a", "body", "delivery-1");
        _clock.Advance(TimeSpan.FromMinutes(5));

        SendResult second = queue.Send("a", "body", "delivery-1");

        Assert.NotEqual(first.MessageId, second.MessageId);
        Assert.Equal(2, queue.Counts.Total);
    }

    [Fact]
    public void A_duplicate_does_not_make_the_interval_longer()
    {
        SqsQueue queue = Queues.Fifo(_clock);
        queue.Send("a", "body", "delivery-1");
        _clock.Advance(TimeSpan.FromMinutes(3));
        queue.Send("a", "body", "delivery-1");
        _clock.Advance(TimeSpan.FromMinutes(2));

        queue.Send("a", "body", "delivery-1");

        Assert.Equal(2, queue.Counts.Total);
    }

    [Fact]
    public void A_duplicate_is_answered_with_the_digest_of_its_own_body()
    {
        SqsQueue queue = Queues.Fifo(_clock);
        SendResult first = queue.Send("a", "one", "delivery-1");

        SendResult second = queue.Send("a", "two", "delivery-1");

        Assert.Equal(first.MessageId, second.MessageId);
        Assert.Equal(MessageDigest.OfBody("two"), second.Md5OfBody);
    }

    [Fact]
    public void A_duplicate_of_a_deleted_message_is_not_queued()
    {
        SqsQueue queue = Queues.Fifo(_clock);
        queue.Send("a", "body", "delivery-1");
        queue.Delete(queue.ReceiveOne().ReceiptHandle);

        queue.Send("a", "body", "delivery-1");

        Assert.Equal(0, queue.Counts.Total);
    }

    [Fact]
    public void Another_group_has_its_own_deduplication_ids_when_the_scope_is_the_group()
    {
        SqsQueue queue = Queues.Fifo(_clock, new QueueSettings { DeduplicationScope = DeduplicationScope.MessageGroup });
        queue.Send("a", "body", "delivery-1");
        queue.Send("b", "body", "delivery-1");
        queue.Send("b", "body", "delivery-1");

        Assert.Equal(2, queue.Counts.Total);
    }

    [Fact]
    public void Groups_share_deduplication_ids_when_the_scope_is_the_queue()
    {
        SqsQueue queue = Queues.Fifo(_clock, new QueueSettings { DeduplicationScope = DeduplicationScope.Queue });
        queue.Send("a", "body", "delivery-1");
        queue.Send("b", "body", "delivery-1");

        Assert.Equal(1, queue.Counts.Total);
    }

    [Fact]
    public void Content_based_deduplication_takes_the_sha_256_of_the_body()
    {
        SqsQueue queue = Queues.Fifo(_clock, new QueueSettings { ContentBasedDeduplication = true });
        queue.Send(new OutgoingMessage("abc") { GroupId = "a" });
        queue.Send(new OutgoingMessage("abc") { GroupId = "a" });

        ReceivedMessage message = Assert.Single(queue.Receive(10));

        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", message.DeduplicationId);
    }

    [Fact]
    public void Sequence_numbers_have_twenty_digits_and_grow()
    {
        SqsQueue queue = Queues.Fifo(_clock);
        string first = queue.Send("a", "1").SequenceNumber!;
        string second = queue.Send("b", "2").SequenceNumber!;

        Assert.Equal(20, first.Length);
        Assert.Equal(20, second.Length);
        Assert.True(string.CompareOrdinal(first, second) < 0);
    }

    [Fact]
    public void A_received_message_carries_the_system_attributes_of_a_fifo_queue()
    {
        SqsQueue queue = Queues.Fifo(_clock);
        string sentAt = Milliseconds();
        SendResult sent = queue.Send("a", "body", "delivery-1");
        _clock.Advance(TimeSpan.FromSeconds(1));
        string firstReceivedAt = Milliseconds();
        queue.ChangeVisibility(queue.ReceiveOne().ReceiptHandle, TimeSpan.Zero);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Dictionary<string, string> attributes = new(queue.ReceiveOne().SystemAttributes());

        Assert.Equal("2", attributes["ApproximateReceiveCount"]);
        Assert.Equal(sentAt, attributes["SentTimestamp"]);
        Assert.Equal(firstReceivedAt, attributes["ApproximateFirstReceiveTimestamp"]);
        Assert.Equal("a", attributes["MessageGroupId"]);
        Assert.Equal("delivery-1", attributes["MessageDeduplicationId"]);
        Assert.Equal(sent.SequenceNumber, attributes["SequenceNumber"]);
        Assert.StartsWith("AROA", attributes["SenderId"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_receipt_handle_is_of_no_use_when_the_visibility_timeout_is_over()
    {
        SqsQueue queue = Queues.Fifo(_clock);
        queue.Send("a", "a1");
        ReceivedMessage message = queue.ReceiveOne();
        _clock.Advance(TimeSpan.FromSeconds(30));

        SqsException refusal = Assert.Throws<SqsException>(() => queue.Delete(message.ReceiptHandle));

        Assert.Contains("The receipt handle has expired", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(1, queue.Counts.Visible);
    }

    [Fact]
    public void A_receipt_handle_is_of_no_use_when_the_message_was_received_again()
    {
        SqsQueue queue = Queues.Fifo(_clock);
        queue.Send("a", "a1");
        ReceivedMessage first = queue.ReceiveOne();
        _clock.Advance(TimeSpan.FromSeconds(30));
        ReceivedMessage second = queue.ReceiveOne();

        Assert.NotEqual(first.ReceiptHandle, second.ReceiptHandle);
        Assert.Throws<SqsException>(() => queue.Delete(first.ReceiptHandle));
        Assert.Throws<SqsException>(() => queue.ChangeVisibility(first.ReceiptHandle, TimeSpan.Zero));
        queue.Delete(second.ReceiptHandle);
        Assert.Equal(0, queue.Counts.Total);
    }

    [Fact]
    public void Deleting_twice_is_no_error()
    {
        SqsQueue queue = Queues.Fifo(_clock);
        queue.Send("a", "a1");
        ReceivedMessage message = queue.ReceiveOne();

        queue.Delete(message.ReceiptHandle);
        queue.Delete(message.ReceiptHandle);

        Assert.Equal(0, queue.Counts.Total);
    }

    [Fact]
    public void A_delayed_message_holds_back_its_group()
    {
        SqsQueue queue = Queues.Fifo(_clock, new QueueSettings { Delay = TimeSpan.FromSeconds(10) });
        queue.Send("a", "a1");
        _clock.Advance(TimeSpan.FromSeconds(5));
        queue.Send("a", "a2");

        Assert.Equal(new QueueCounts(0, 0, 2), queue.Counts);
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Empty(queue.ReceiveBodies());
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(["a1", "a2"], queue.ReceiveBodies());
    }

    [Fact]
    public async Task A_long_poll_ends_with_the_message_that_arrives()
    {
        SqsQueue queue = Queues.Fifo(_clock);
        Task<IReadOnlyList<ReceivedMessage>> poll = queue.ReceiveAsync(
            wait: TimeSpan.FromSeconds(20), cancellationToken: TestContext.Current.CancellationToken);
        Assert.False(poll.IsCompleted);

        queue.Send("a", "a1");

        Assert.Equal("a1", Assert.Single(await poll).Body);
    }

    [Fact]
    public async Task A_long_poll_ends_with_the_message_whose_visibility_timeout_is_over()
    {
        SqsQueue queue = Queues.Fifo(_clock, new QueueSettings { VisibilityTimeout = TimeSpan.FromSeconds(7) });
        queue.Send("a", "a1");
        queue.ReceiveOne();
        Task<IReadOnlyList<ReceivedMessage>> poll = queue.ReceiveAsync(
            wait: TimeSpan.FromSeconds(20), cancellationToken: TestContext.Current.CancellationToken);

        _clock.Advance(TimeSpan.FromSeconds(7));

        Assert.Equal("a1", Assert.Single(await poll).Body);
    }

    [Fact]
    public async Task A_long_poll_ends_empty_when_its_time_is_over()
    {
        SqsQueue queue = Queues.Fifo(_clock);
        Task<IReadOnlyList<ReceivedMessage>> poll = queue.ReceiveAsync(
            wait: TimeSpan.FromSeconds(20), cancellationToken: TestContext.Current.CancellationToken);

        _clock.Advance(TimeSpan.FromSeconds(20));

        Assert.Empty(await poll);
    }

    [Fact]
    public async Task A_cancelled_long_poll_takes_no_message()
    {
        SqsQueue queue = Queues.Fifo(_clock);
        using CancellationTokenSource cancel = new();
        Task<IReadOnlyList<ReceivedMessage>> poll = queue.ReceiveAsync(wait: TimeSpan.FromSeconds(20), cancellationToken: cancel.Token);

        await cancel.CancelAsync();
        queue.Send("a", "a1");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => poll);
        Assert.Equal(new QueueCounts(1, 0, 0), queue.Counts);
    }

    [Fact]
    public async Task A_condition_on_the_counts_can_be_waited_for()
    {
        SqsQueue queue = Queues.Fifo(_clock);
        queue.Send("a", "a1");
        Task empty = queue.WhenAsync(static counts => counts.Total == 0, TestContext.Current.CancellationToken);
        Assert.False(empty.IsCompleted);

        queue.Delete(queue.ReceiveOne().ReceiptHandle);

        await empty;
    }

    private string Milliseconds() => _clock.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
}
