using Hashee.Agents.Platform;
using Hashee.Host;
using Hashee.Lambda;

namespace Hashee.Worker;

/// <summary>The door for deliveries of Hashee.</summary>
/// <param name="processor">What becomes of one.</param>
/// <param name="clock">Tells how old it is.</param>
internal sealed class HasheeDoor(DeliveryProcessor processor, TimeProvider clock) : IQueueDoor
{
    /// <summary>The function's setting Handler that asks for this door.</summary>
    public const string Handler = "hashee";

    public string Name => $"the handler {Handler}, which takes Hashee's deliveries out of an SQS queue";

    public bool Takes(string body) => body.StartsWith("{\"delivery_id\":", StringComparison.Ordinal);

    public async Task<RecordResult> ProcessAsync(SqsMessage message, TimeLimit limit)
    {
        DeliveryResult result = await processor.ProcessAsync(message.MessageId, message.Body, WaitedFor(message), limit);
        return result.Kind switch
        {
            DeliveryResultKind.Done => RecordResult.Done(result.Detail),
            DeliveryResultKind.Refused => RecordResult.Refused(result.Detail),
            DeliveryResultKind.Failed => RecordResult.Failed(result.Failure) with { Tries = result.Tries ?? message.ReceiveCount - result.Steps },
            DeliveryResultKind.Unfinished => RecordResult.Unfinished(),
            _ => default,
        };
    }

    public Task GaveUpAsync(SqsMessage message, Failure failure, TimeLimit limit) =>
        processor.ApologizeAsync(message.MessageId, message.Body, failure, limit);

    /// <summary>How long a message has waited since it was first looked at, as far as SQS tells.</summary>
    private TimeSpan WaitedFor(SqsMessage message) =>
        message.ReceiveCount <= 1 ? TimeSpan.Zero
        : message.SentUnixMilliseconds is { } sent ? TimeSpan.FromMilliseconds(Math.Max(0, clock.GetUtcNow().ToUnixTimeMilliseconds() - sent))
        : TimeSpan.MaxValue;
}
