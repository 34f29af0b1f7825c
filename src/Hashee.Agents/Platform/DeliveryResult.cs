using Hashee.Host;
using Hashee.Protocol;

namespace Hashee.Agents.Platform;

/// <summary>What became of one queued delivery.</summary>
internal enum DeliveryResultKind
{
    /// <summary>Nothing was decided: leave it in the queue.</summary>
    Undecided,

    /// <summary>Processed: acknowledge it.</summary>
    Done,

    /// <summary>Can never be processed: set it aside in the dead-letter queue.</summary>
    Refused,

    /// <summary>Could not be processed now: leave it in the queue, unless its failure says that this is no use.</summary>
    Failed,

    /// <summary>Goes on in another invocation: leave it in the queue, which is no failure.</summary>
    Unfinished,
}

/// <param name="Kind">What became of it.</param>
/// <param name="Detail">A word or sentence for the log: the refusal's outcome, the failure's reason, or what was done. No message text.</param>
/// <param name="Failure">Why it could not be processed; means something only when it is <see cref="DeliveryResultKind.Failed"/>.</param>
internal readonly record struct DeliveryResult(DeliveryResultKind Kind, string Detail, Failure Failure = default)
{
    /// <summary>The outcome of a body that is not one of ours.</summary>
    public const string NotADelivery = "not_a_delivery";

    /// <summary>How often it has failed for a reason of its own, where that is counted; null where only the receives are.</summary>
    public int? Tries { get; init; }

    /// <summary>Receives that were no tries, because what they began went on.</summary>
    public int Steps { get; init; }

    public static DeliveryResult Done(string detail) => new(DeliveryResultKind.Done, detail);

    public static DeliveryResult Refused(string outcome) => new(DeliveryResultKind.Refused, outcome);

    public static DeliveryResult Refused(EnvelopeOutcome outcome) => new(DeliveryResultKind.Refused, outcome.Name());

    public static DeliveryResult Unfinished() => new(DeliveryResultKind.Unfinished, "the turn goes on in another invocation");

    public static DeliveryResult Failed(Failure failure) => new(DeliveryResultKind.Failed, failure.Reason, failure);
}
