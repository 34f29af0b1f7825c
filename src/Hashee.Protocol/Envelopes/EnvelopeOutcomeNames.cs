namespace Hashee.Protocol;

/// <summary>The names of outcomes in logs, metrics and queue attributes.</summary>
public static class EnvelopeOutcomeNames
{
    /// <summary>The outcome's name, such as <c>bad_signature</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is no decision, or none of the enumeration's.</exception>
    public static string Name(this EnvelopeOutcome outcome) => outcome switch
    {
        EnvelopeOutcome.Opened => "opened",
        EnvelopeOutcome.UnsupportedVersion => "unsupported_version",
        EnvelopeOutcome.Malformed => "malformed",
        EnvelopeOutcome.MetadataMismatch => "metadata_mismatch",
        EnvelopeOutcome.UnknownSender => "unknown_sender",
        EnvelopeOutcome.BadSignature => "bad_signature",
        EnvelopeOutcome.NotARecipient => "not_a_recipient",
        EnvelopeOutcome.CannotDecrypt => "cannot_decrypt",
        EnvelopeOutcome.MalformedPayload => "malformed_payload",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };
}
