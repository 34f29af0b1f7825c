using Hashee.Emulator.Sqs;

namespace Hashee.Emulator.Tests.Sqs;

public sealed class StandardQueueTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void Messages_of_one_group_do_not_block_each_other()
    {
        SqsQueue queue = Queues.Standard(_clock);
        queue.Send(new OutgoingMessage("1") { GroupId = "a" });
        queue.Send(new OutgoingMessage("2") { GroupId = "a" });

        Assert.Equal(["1"], queue.ReceiveBodies(maximum: 1));
        Assert.Equal(["2"], queue.ReceiveBodies(maximum: 1));
    }

    [Fact]
    public void A_message_may_have_its_own_delay()
    {
        SqsQueue queue = Queues.Standard(_clock);
        queue.Send(new OutgoingMessage("later") { Delay = TimeSpan.FromSeconds(10) });
        queue.Send(new OutgoingMessage("now"));

        Assert.Equal(["now"], queue.ReceiveBodies());
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(["later"], queue.ReceiveBodies());
    }

    [Fact]
    public void An_old_receipt_handle_deletes_nothing_and_is_no_error()
    {
        SqsQueue queue = Queues.Standard(_clock);
        queue.Send(new OutgoingMessage("1"));
        ReceivedMessage first = queue.ReceiveOne();
        _clock.Advance(TimeSpan.FromSeconds(30));
        queue.ReceiveOne();

        queue.Delete(first.ReceiptHandle);

        Assert.Equal(1, queue.Counts.InFlight);
    }

    [Fact]
    public void The_visibility_of_a_message_that_is_not_in_flight_cannot_be_changed()
    {
        SqsQueue queue = Queues.Standard(_clock);
        queue.Send(new OutgoingMessage("1"));
        ReceivedMessage message = queue.ReceiveOne();
        _clock.Advance(TimeSpan.FromSeconds(30));

        SqsException refusal = Assert.Throws<SqsException>(() => queue.ChangeVisibility(message.ReceiptHandle, TimeSpan.FromSeconds(1)));

        Assert.Equal("com.amazonaws.sqs#MessageNotInflight", refusal.Type);
    }

    [Fact]
    public void Messages_are_dropped_when_the_retention_period_is_over()
    {
        SqsQueue queue = Queues.Standard(_clock, new QueueSettings { MessageRetentionPeriod = TimeSpan.FromMinutes(1) });
        queue.Send(new OutgoingMessage("1"));
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(1, queue.Counts.Total);

        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(0, queue.Counts.Total);
    }

    [Fact]
    public void A_receipt_handle_of_another_queue_is_refused()
    {
        QueueDirectory directory = new(Queues.Account, _clock);
        SqsQueue one = directory.Create("one", new QueueSettings());
        SqsQueue other = directory.Create("other", new QueueSettings());
        one.Send(new OutgoingMessage("1"));

        SqsException refusal = Assert.Throws<SqsException>(() => other.Delete(one.ReceiveOne().ReceiptHandle));

        Assert.Equal("com.amazonaws.sqs#ReceiptHandleIsInvalid", refusal.Type);
    }
}
