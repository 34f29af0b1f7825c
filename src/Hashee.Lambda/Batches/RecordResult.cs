using Hashee.Host;

namespace Hashee.Lambda;

/// <summary>What became of one message of a queue.</summary>
public enum RecordResultKind
{
    /// <summary>Nothing was decided; treated as a failure of the world's.</summary>
    Undecided,

    /// <summary>Processed, or knowingly ignored: it is acknowledged.</summary>
    Done,

    /// <summary>Can never be processed, whoever tries: it is set aside in the dead-letter queue.</summary>
    Refused,

    /// <summary>Could not be processed now: it stays in the queue, unless it is given up.</summary>
    Failed,

    /// <summary>It goes on with its next receive, at once: that is no failure.</summary>
    Unfinished,
}

/// <summary>What became of one message of a queue.</summary>
public readonly record struct RecordResult
{
    private readonly Failure _failure;

    private RecordResult(RecordResultKind kind, string detail, Failure failure)
    {
        Kind = kind;
        Detail = detail;
        _failure = failure;
    }

    /// <summary>What became of it.</summary>
    public RecordResultKind Kind { get; }

    /// <summary>What was done, or the outcome of a refusal; nothing of the message's text.</summary>
    public string? Detail { get; }

    /// <summary>Why it is not done.</summary>
    public Failure Failure => Kind == RecordResultKind.Undecided ? new Failure(FailureKind.Undecided, "undecided", "nothing was decided") : _failure;

    /// <summary>How often it has failed for a reason of its own, where the door counts that; null for as often as it was received.</summary>
    public int? Tries { get; init; }

    /// <summary>It goes on with its next receive, at once.</summary>
    public static RecordResult Unfinished() =>
        new(RecordResultKind.Unfinished, "", new Failure(FailureKind.Undecided, "unfinished", "it is not finished", TimeSpan.FromSeconds(1)));

    /// <summary>It is done.</summary>
    /// <param name="detail">What was done, for the log.</param>
    public static RecordResult Done(string detail) => new(RecordResultKind.Done, detail, default);

    /// <summary>It can never be processed.</summary>
    /// <param name="outcome">Why: one of few words, which becomes an attribute of the dead letter and a metric's dimension.</param>
    public static RecordResult Refused(string outcome) => new(RecordResultKind.Refused, outcome, default);

    /// <summary>It could not be processed now.</summary>
    /// <param name="failure">Why.</param>
    public static RecordResult Failed(Failure failure) => new(RecordResultKind.Failed, failure.Reason, failure);
}
