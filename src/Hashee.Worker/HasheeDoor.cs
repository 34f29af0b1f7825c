using Hashee.Agents.Platform;
using Hashee.Host;
using Hashee.Lambda;

namespace Hashee.Worker;

/// <summary>The door for deliveries of Hashee.</summary>
/// <param name="processor">What becomes of one.</param>
/// <param name="clock">Tells how old it is.</param>
internal sealed class HasheeDoor(DeliveryProcessor processor, TimeProvider clock) : IQueueDoor
{
    public async Task<RecordResult> ProcessAsync(SqsMessage message, TimeLimit limit)
    {
        DeliveryResult result = await processor.ProcessAsync(message.Body, WaitedFor(message), limit);
        return result.Kind switch
        {
            DeliveryResultKind.Done => RecordResult.Done(result.Detail),
            DeliveryResultKind.Refused => RecordResult.Refused(result.Detail),
            DeliveryResultKind.Failed => RecordResult.Failed(result.Failure),
            _ => default,
        };
    }

    /// <summary>How long a message has waited since it was first looked at, as far as SQS tells.</summary>
    private TimeSpan WaitedFor(SqsMessage message) =>
        message.ReceiveCount <= 1 ? TimeSpan.Zero
        : message.SentUnixMilliseconds is { } sent ? TimeSpan.FromMilliseconds(Math.Max(0, clock.GetUtcNow().ToUnixTimeMilliseconds() - sent))
        : TimeSpan.MaxValue;
}
