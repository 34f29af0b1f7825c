using System.Buffers;
using Hashee.Agents.Platform;
using Hashee.Host;
using Hashee.Lambda;

namespace Hashee.Worker;

/// <summary>Processes a batch of queue messages: the groups at the same time, each group's messages in order.</summary>
internal sealed class BatchHandler(DeliveryProcessor processor, WorkerQueues queues, TimeProvider clock)
{
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(1);

    /// <summary>The SQS client keeps a second of its own; of the last second this much is used to set messages aside and to delay them.</summary>
    private static readonly TimeSpan QueueReserve = TimeSpan.FromSeconds(0.7);

    private readonly Metrics _metrics = new("Hashee");

    /// <summary>An <see cref="InvocationHandler"/>.</summary>
    /// <exception cref="ReportableException">The event is not one of SQS.</exception>
    public void Handle(ReadOnlySpan<byte> payload, InvocationContext context, IBufferWriter<byte> response)
    {
        SqsEvent batch = SqsEvent.Read(payload);
        SqsBatchResponse answer = ProcessAsync(batch, context).GetAwaiter().GetResult();
        answer.WriteTo(response);
    }

    private async Task<SqsBatchResponse> ProcessAsync(SqsEvent batch, InvocationContext context)
    {
        using CancellationTokenSource nearDeadline = new(context.Deadline.Before(Reserve).Remaining, clock);
        Deadline queueDeadline = context.Deadline.Before(-QueueReserve);
        BatchTally tally = new();
        Task<ArraySegment<SqsMessage>>[] groups =
        [
            .. batch.Records
                .GroupBy(static message => message.Attributes.MessageGroupId ?? message.MessageId, StringComparer.Ordinal)
                .Select(group => Task.Run(() => ProcessGroupAsync([.. group], tally, queueDeadline, nearDeadline.Token))),
        ];
        ArraySegment<SqsMessage>[] left = await Task.WhenAll(groups);
        Report(tally, context);
        return new SqsBatchResponse(
            [.. left.SelectMany(static messages => messages).Select(static message => new SqsBatchItemFailure(message.MessageId))]);
    }

    /// <returns>The messages that stay in the queue: the first that is not finished and all behind it.</returns>
    private async Task<ArraySegment<SqsMessage>> ProcessGroupAsync(
        SqsMessage[] group, BatchTally tally, Deadline queueDeadline, CancellationToken nearDeadline)
    {
        for (int i = 0; i < group.Length; i++)
        {
            SqsMessage message = group[i];
            DeliveryResult result = await ProcessAsync(message, nearDeadline);
            switch (result.Kind)
            {
                case DeliveryResultKind.Done:
                    Log.Info("Delivery processed.", new("messageId", message.MessageId), new("result", result.Detail));
                    tally.AddProcessed();
                    continue;
                case DeliveryResultKind.Refused:
                    Log.Warn("Delivery refused.", new("messageId", message.MessageId), new("outcome", result.Detail));
                    if (queues.TrySetAside(message, result.Detail, queueDeadline))
                    {
                        tally.AddRefused(result.Detail);
                        continue;
                    }

                    break;
                default:
                    Log.Warn("Delivery left in the queue.", new("messageId", message.MessageId), new("reason", result.Detail));
                    queues.Delay(group.AsSpan(i), queueDeadline);
                    break;
            }

            tally.AddLeftInQueue(group.Length - i);
            return new ArraySegment<SqsMessage>(group, i, group.Length - i);
        }

        return ArraySegment<SqsMessage>.Empty;
    }

    private async Task<DeliveryResult> ProcessAsync(SqsMessage message, CancellationToken nearDeadline)
    {
        if (nearDeadline.IsCancellationRequested)
        {
            return DeliveryResult.Trouble("not started: the deadline is near");
        }

        try
        {
            return await processor.ProcessAsync(message.Body, nearDeadline);
        }
#pragma warning disable CA1031 // a defect that one delivery brings to light must not fail the other groups of its batch
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.Error(
                "The worker itself failed.",
                new("messageId", message.MessageId),
                new("errorType", e.GetType().ToString()),
                new("stack", e.StackTrace));
            return DeliveryResult.Trouble("the worker itself failed");
        }
    }

    private void Report(BatchTally tally, InvocationContext context)
    {
        foreach ((string outcome, int count) in tally.Refused)
        {
            _metrics.Emit(new MetricDimension("Outcome", outcome), new Metric("Refused", count));
        }

        if (context.IsColdStart)
        {
            _metrics.Emit(new Metric("ColdStart", 1));
        }

        _metrics.Emit(new Metric("Processed", tally.Processed), new Metric("LeftInQueue", tally.LeftInQueue));
    }
}
