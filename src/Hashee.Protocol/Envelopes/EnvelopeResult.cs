using System.Diagnostics.CodeAnalysis;

namespace Hashee.Protocol;

/// <summary>What came of an envelope. The default value says that nothing was decided.</summary>
public readonly record struct EnvelopeResult
{
    private EnvelopeResult(EnvelopeOutcome outcome, OpenedEnvelope? envelope)
    {
        Outcome = outcome;
        Envelope = envelope;
    }

    /// <summary>The outcome: <see cref="EnvelopeOutcome.Undecided"/> when the sender's keys could not be found out, and only then.</summary>
    public EnvelopeOutcome Outcome { get; }

    /// <summary>What was inside; null unless it was opened.</summary>
    public OpenedEnvelope? Envelope { get; }

    /// <summary>Whether the outcome is <see cref="EnvelopeOutcome.Opened"/>.</summary>
    [MemberNotNullWhen(true, nameof(Envelope))]
    public bool IsOpened => Envelope is not null;

    internal static EnvelopeResult Opened(OpenedEnvelope envelope) => new(EnvelopeOutcome.Opened, envelope);

    internal static EnvelopeResult Refused(EnvelopeOutcome outcome) => new(outcome, null);
}
