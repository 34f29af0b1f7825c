namespace Hashee.Lambda;

/// <summary>A part of an invocation, as X-Ray shows it below the function (X-Ray developer guide, "Segment documents").</summary>
/// <param name="Name">At most 200 characters are shown; what X-Ray does not take becomes <c>_</c>.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Time">How long it took.</param>
/// <param name="ErrorCode">Why it failed; null when it did not.</param>
/// <param name="InputTokens">Tokens that a model has read; with those that it has written left out when both are 0.</param>
/// <param name="OutputTokens">Tokens that it has written.</param>
public readonly record struct Subsegment(
    string Name, DateTimeOffset StartedAt, TimeSpan Time, string? ErrorCode = null, long InputTokens = 0, long OutputTokens = 0);
