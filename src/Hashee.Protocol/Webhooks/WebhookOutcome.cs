namespace Hashee.Protocol;

/// <summary>What <see cref="WebhookVerifier.Verify"/> finds.</summary>
public enum WebhookOutcome
{
    /// <summary>Nothing was decided.</summary>
    Undecided,

    /// <summary>The time stamp is fresh and one of the secrets made the signature.</summary>
    Accepted,

    /// <summary>The time stamp is more than 300 s old or more than 60 s ahead.</summary>
    StaleTimestamp,

    /// <summary>None of the secrets made the signature.</summary>
    InvalidSignature,
}
