namespace Hashee.Protocol;

/// <summary>What came of an envelope, in the order in which a reader checks.</summary>
public enum EnvelopeOutcome
{
    /// <summary>Nothing was decided.</summary>
    Undecided,

    /// <summary>Opened: the payload is what the sender signed and sealed.</summary>
    Opened,

    /// <summary>The first four bytes are not <c>HSE1</c>.</summary>
    UnsupportedVersion,

    /// <summary>Not base64, or not the layout.</summary>
    Malformed,

    /// <summary>Sender or conversation differ from the event's.</summary>
    MetadataMismatch,

    /// <summary>The platform knows no keys for the sender.</summary>
    UnknownSender,

    /// <summary>None of the sender's keys made the signature.</summary>
    BadSignature,

    /// <summary>No entry bears the reader's id.</summary>
    NotARecipient,

    /// <summary>No entry with the reader's id opens with the reader's key.</summary>
    CannotDecrypt,

    /// <summary>What was inside is not a payload.</summary>
    MalformedPayload,
}
