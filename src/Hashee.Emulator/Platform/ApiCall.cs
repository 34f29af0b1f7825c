namespace Hashee.Emulator.Platform;

/// <summary>One request to the platform's API and how it was answered.</summary>
/// <param name="Path">Without query.</param>
/// <param name="Query">With its question mark; empty without one.</param>
/// <param name="Status">The HTTP status of the answer.</param>
/// <param name="ArrivedAt">A time stamp of the platform's clock.</param>
internal sealed record ApiCall(string Method, string Path, string Query, int Status, long ArrivedAt);
