namespace Hashee.Host;

/// <summary>Why something could not be done now.</summary>
/// <param name="Kind">Whose fault it is.</param>
/// <param name="Code">A word for metrics and queries: 1-64 letters, digits and underscores.</param>
/// <param name="Reason">A sentence for the log, with no secret and nothing of a message in it.</param>
/// <param name="Wait">How long somebody asked to be left alone; null when nobody did.</param>
public readonly record struct Failure(FailureKind Kind, string Code, string Reason, TimeSpan? Wait = null);
