using System.Buffers;
using System.Text;
using Hashee.Host;

namespace Hashee.Lambda;

/// <summary>
/// Processes batches of queue messages: the groups at the same time, each group's messages in order. What can never be processed, and what
/// failed for good, is set aside in the dead-letter queue and its group goes on; what failed for now stays in the queue with all that is behind it.
/// </summary>
public sealed class QueueBatches
{
    private const string GaveUpOutcome = "gave_up";
    private const int LongestBackOffSeconds = 360;

    private readonly IQueueDoor _door;
    private readonly JobsQueues _queue;
    private readonly Metrics _metrics;
    private readonly TimeProvider _clock;

    /// <param name="door">What is done with a message.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="metrics">Where the batches are counted.</param>
    /// <param name="clock">Tells how old a message is, and when the time is nearly over.</param>
    public QueueBatches(IQueueDoor door, JobsQueues queue, Metrics metrics, TimeProvider clock)
    {
        _door = door;
        _queue = queue;
        _metrics = metrics;
        _clock = clock;
    }

    /// <summary>An <see cref="InvocationHandler"/>.</summary>
    /// <exception cref="ReportableException">The event is not one of SQS, or all of its messages are another door's: nothing is done with them.</exception>
    public void Handle(ReadOnlySpan<byte> payload, InvocationContext context, IBufferWriter<byte> response)
    {
        if (!SqsEvent.TryRead(payload, out SqsEvent? batch))
        {
            throw WrongDoor(EventSource.NameOf(payload) ?? "none of SQS");
        }

        if (NameOfAnotherDoor(batch) is { } name)
        {
            throw WrongDoor($"a batch of SQS, each message of which is {name}");
        }

        string[] failed = ProcessAsync(batch, context).GetAwaiter().GetResult();
        SqsBatchResponse.Write(failed, response);
    }

    private ReportableException WrongDoor(string what) => new(
        $"The event is {what}. This function has {_door.Name}: either its setting Handler or what sends it events is wrong.");

    /// <summary>What a queue holds that is not this door's; null when one of the messages is, or nobody knows what they are.</summary>
    private string? NameOfAnotherDoor(SqsEvent batch)
    {
        string? name = null;
        foreach (SqsMessage message in batch.Messages)
        {
            if (_door.Takes(message.Body) || (name = EventSource.NameOf(Encoding.UTF8.GetBytes(message.Body))) is null)
            {
                return null;
            }
        }

        return name;
    }

    private async Task<string[]> ProcessAsync(SqsEvent batch, InvocationContext context)
    {
        using BatchTime time = new(context.Deadline, _clock);
        BatchTally tally = new();
        foreach (string messageId in batch.OddMessageIds)
        {
            Log.Error("A record of the batch has no body that can be read.", new LogField("messageId", messageId));
            tally.AddLeftInQueue(1);
        }

        Task<ArraySegment<SqsMessage>>[] groups =
        [
            .. batch.Messages
                .GroupBy(static message => message.GroupId ?? message.MessageId, StringComparer.Ordinal)
                .Select(group => Task.Run(() => ProcessGroupAsync([.. group], tally, time))),
        ];
        ArraySegment<SqsMessage>[] left = await Task.WhenAll(groups);
        Report(tally, context);
        return [.. left.SelectMany(static messages => messages).Select(static message => message.MessageId), .. batch.OddMessageIds];
    }

    /// <returns>The messages that stay in the queue: the first that is not finished and all behind it.</returns>
    private async Task<ArraySegment<SqsMessage>> ProcessGroupAsync(SqsMessage[] group, BatchTally tally, BatchTime time)
    {
        for (int i = 0; i < group.Length; i++)
        {
            ArraySegment<SqsMessage> rest = new(group, i, group.Length - i);
            if (time.Work.HasPassed)
            {
                Release(rest, "the deadline is near", time);
                tally.AddLeftInQueue(rest.Count);
                return rest;
            }

            RecordResult result = await ProcessAsync(group[i], time.Work);
            if (!await TryFinishAsync(group[i], result, tally, time))
            {
                Leave(group[i], result, time);
                Release(rest[1..], "a delivery before it is left in the queue", time);
                tally.AddLeftInQueue(rest.Count);
                return rest;
            }
        }

        return ArraySegment<SqsMessage>.Empty;
    }

    private async Task<RecordResult> ProcessAsync(SqsMessage message, TimeLimit limit)
    {
        try
        {
            return await _door.ProcessAsync(message, limit);
        }
#pragma warning disable CA1031 // a defect that one message brings to light must not fail the other groups of its batch
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogDefect(message, e);
            return RecordResult.Failed(new Failure(FailureKind.Own, "worker_failed", "the worker itself failed"));
        }
    }

    /// <returns>Whether the queue can forget the message.</returns>
    private async Task<bool> TryFinishAsync(SqsMessage message, RecordResult result, BatchTally tally, BatchTime time)
    {
        switch (result.Kind)
        {
            case RecordResultKind.Done:
                Log.Info("Delivery processed.", new("messageId", message.MessageId), new("result", result.Detail));
                tally.AddProcessed();
                return true;
            case RecordResultKind.Refused:
                Log.Warn("Delivery refused.", new("messageId", message.MessageId), new("outcome", result.Detail));
                if (!_queue.TrySetAside(message, result.Detail!, reason: null, time.Queue))
                {
                    return false;
                }

                tally.AddRefused(result.Detail!);
                return true;
            case RecordResultKind.Unfinished:
                return false;
            default:
                return _queue.Rule.Applies(result.Failure, result.Tries ?? message.ReceiveCount, message, _clock.GetUtcNow())
                    && await TryGiveUpAsync(message, result.Failure, tally, time);
        }
    }

    private async Task<bool> TryGiveUpAsync(SqsMessage message, Failure failure, BatchTally tally, BatchTime time)
    {
        Log.Error(
            "Delivery given up.",
            new("messageId", message.MessageId),
            new("reason", failure.Reason),
            new("code", failure.Code),
            new("receives", message.ReceiveCount));
        if (!_queue.TrySetAside(message, GaveUpOutcome, failure.Code, time.Queue))
        {
            return false;
        }

        tally.AddGaveUp();
        try
        {
            await time.SpendRestAsync(limit => _door.GaveUpAsync(message, failure, limit));
        }
#pragma warning disable CA1031 // the message is set aside: what is done about it beyond that cannot change it any more
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogDefect(message, e);
        }

        return true;
    }

    /// <summary>Lets a message come back when somebody asked for it, else after 2 s, 4 s, 8 s … up to 6 minutes, by how often it was tried.</summary>
    private void Leave(SqsMessage message, RecordResult result, BatchTime time)
    {
        if (result.Kind == RecordResultKind.Unfinished)
        {
            Log.Info("Delivery goes on with its next receive.", new LogField("messageId", message.MessageId));
            _queue.Delay(message, result.Failure.Wait ?? TimeSpan.Zero, time.Queue);
            return;
        }

        int tries = result.Tries ?? message.ReceiveCount;
        TimeSpan backOff = TimeSpan.FromSeconds(Math.Min(LongestBackOffSeconds, 1 << Math.Clamp(tries, 0, 30)));
        bool isRefused = result.Kind == RecordResultKind.Refused;
        Log.Warn(
            "Delivery left in the queue.",
            new("messageId", message.MessageId),
            new("reason", isRefused ? "it could not be set aside" : result.Failure.Reason),
            new("code", isRefused ? result.Detail : result.Failure.Code));
        _queue.Delay(message, isRefused ? backOff : result.Failure.Wait ?? backOff, time.Queue);
    }

    private void Release(ReadOnlySpan<SqsMessage> messages, string reason, BatchTime time)
    {
        foreach (SqsMessage message in messages)
        {
            Log.Info("Delivery not started.", new("messageId", message.MessageId), new("reason", reason));
        }

        _queue.Release(messages, time.Queue);
    }

    private static void LogDefect(SqsMessage message, Exception e) => Log.Error(
        "The worker itself failed.",
        new("messageId", message.MessageId),
        new("errorType", e.GetType().ToString()),
        new("stack", e.StackTrace));

    private void Report(BatchTally tally, InvocationContext context)
    {
        foreach ((string outcome, int count) in tally.Refused)
        {
            _metrics.Emit(new MetricDimension("Outcome", outcome), new Metric("Refused", count));
        }

        if (context.IsColdStart)
        {
            _metrics.EmitColdStart();
        }

        _metrics.Emit(new Metric("Processed", tally.Processed), new Metric("LeftInQueue", tally.LeftInQueue), new Metric("GaveUp", tally.GaveUp));
    }
}
