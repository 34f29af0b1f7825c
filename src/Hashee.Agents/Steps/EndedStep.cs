namespace Hashee.Agents.Steps;

/// <summary>A step that has ended.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="Name">Which one: a model's or a tool's name, <c>load</c>. Nothing that a user or a model wrote.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Time">How long it took.</param>
/// <param name="ErrorCode">A word that says why it failed; null when it did not.</param>
/// <param name="InputTokens">What a model has read.</param>
/// <param name="OutputTokens">What it has written.</param>
internal readonly record struct EndedStep(
    StepKind Kind, string Name, DateTimeOffset StartedAt, TimeSpan Time, string? ErrorCode, long InputTokens, long OutputTokens);
