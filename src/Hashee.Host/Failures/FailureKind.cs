namespace Hashee.Host;

/// <summary>Whose fault a failure is, which decides how long it is worth trying again.</summary>
public enum FailureKind
{
    /// <summary>Nobody decided; treated as the world's.</summary>
    Undecided,

    /// <summary>
    /// The world's: a service is away, slow or limits its callers, the network or the time is missing, a token is wrong. It has nothing to do
    /// with what was to be done, and passes by itself or by an operator's hand.
    /// </summary>
    World,

    /// <summary>Its own: what was to be done is refused, or makes the code fail. It may pass, but probably does not.</summary>
    Own,

    /// <summary>Its own, and nothing will ever change it.</summary>
    Final,
}
