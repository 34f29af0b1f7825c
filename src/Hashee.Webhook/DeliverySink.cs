using Hashee.Aws;
using Hashee.Host;

namespace Hashee.Webhook;

/// <summary>Takes accepted deliveries: the queue.</summary>
/// <param name="body">The message's body.</param>
/// <param name="groupId">Messages of one group are processed in order.</param>
/// <param name="deduplicationId">A message with an id that was seen in the last 5 minutes is accepted and dropped.</param>
/// <param name="deadline">When the invocation ends.</param>
internal delegate SqsOutcome DeliverySink(
    ReadOnlySpan<byte> body, ReadOnlySpan<byte> groupId, ReadOnlySpan<byte> deduplicationId, Deadline deadline);
