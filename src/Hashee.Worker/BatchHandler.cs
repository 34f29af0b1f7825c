using System.Buffers;
using System.Diagnostics;
using Hashee.Lambda;

namespace Hashee.Worker;

/// <summary>Processes a batch of queue messages: the groups at the same time, each group's messages in order.</summary>
internal sealed class BatchHandler(DeliveryProcessor processor, WorkerQueues queues)
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
        using CancellationTokenSource nearDeadline = new();
        nearDeadline.CancelAfter(context.Deadline.Before(Reserve).Remaining);
        Deadline queueDeadline = context.Deadline.Before(-QueueReserve);
        Tally tally = new();
        Task<IEnumerable<SqsMessage>>[] groups =
        [
            .. batch.Records
                .GroupBy(record => record.Attributes.MessageGroupId ?? record.MessageId, StringComparer.Ordinal)
                .Select(group => Task.Run(() => ProcessGroupAsync([.. group], tally, queueDeadline, nearDeadline.Token))),
        ];
        IEnumerable<SqsMessage>[] unprocessed = await Task.WhenAll(groups);
        Report(tally, context);
        return new SqsBatchResponse([.. unprocessed.SelectMany(static messages => messages).Select(static message => new SqsBatchItemFailure(message.MessageId))]);
    }

    /// <returns>The messages that stay in the queue: the first that could not be processed and all behind it.</returns>
    private async Task<IEnumerable<SqsMessage>> ProcessGroupAsync(
        IReadOnlyList<SqsMessage> group, Tally tally, Deadline queueDeadline, CancellationToken nearDeadline)
    {
        for (int i = 0; i < group.Count; i++)
        {
            SqsMessage message = group[i];
            DeliveryResult result = nearDeadline.IsCancellationRequested
                ? DeliveryResult.Trouble("not started: the deadline is near")
                : await processor.ProcessAsync(message.Body, nearDeadline);
            tally.Add(result);
            switch (result.Kind)
            {
                case DeliveryResultKind.Done:
                    Log.Info("Delivery processed.", new("messageId", message.MessageId), new("result", result.Detail));
                    break;
                case DeliveryResultKind.Refused:
                    Log.Warn("Delivery refused.", new("messageId", message.MessageId), new("outcome", result.Detail));
                    if (!queues.TrySetAside(message, result.Detail, queueDeadline))
                    {
                        return group.Skip(i);
                    }

                    break;
                default:
                    Log.Warn("Delivery left in the queue.", new("messageId", message.MessageId), new("reason", result.Detail));
                    queues.Delay(group.Skip(i), queueDeadline);
                    return group.Skip(i);
            }
        }

        return [];
    }

    private void Report(Tally tally, InvocationContext context)
    {
        foreach ((string outcome, int count) in tally.Refused)
        {
            _metrics.Emit(new MetricDimension("Outcome", outcome), new Metric("Refused", count));
        }

        _metrics.Emit(
            new Metric("Processed", tally.Done),
            new Metric("LeftInQueue", tally.Trouble),
            new Metric("ColdStart", context.IsColdStart ? 1 : 0));
    }

    /// <summary>How many deliveries of the batch ended how.</summary>
    private sealed class Tally
    {
        private readonly Dictionary<string, int> _refused = [];
        private readonly Lock _gate = new();

        public int Done { get; private set; }

        public int Trouble { get; private set; }

        public IReadOnlyDictionary<string, int> Refused => _refused;

        public void Add(DeliveryResult result)
        {
            lock (_gate)
            {
                switch (result.Kind)
                {
                    case DeliveryResultKind.Done:
                        Done++;
                        break;
                    case DeliveryResultKind.Trouble:
                        Trouble++;
                        break;
                    default:
                        _refused[result.Detail] = _refused.GetValueOrDefault(result.Detail) + 1;
                        break;
                }
            }
        }
    }
}
