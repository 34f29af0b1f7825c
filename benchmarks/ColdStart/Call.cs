namespace Hashee.Benchmarks.ColdStart;

/// <summary>One event for a measured program.</summary>
/// <param name="RequestId">What the Runtime API calls the invocation.</param>
/// <param name="Event">The event's JSON.</param>
/// <param name="Key">What tells this call's message from another's: a string that the request to the outside must contain; null when none is expected.</param>
internal sealed record Call(string RequestId, byte[] Event, string? Key);
