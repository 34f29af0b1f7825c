namespace Hashee.Emulator.Platform;

/// <summary>One request to the platform's API and how it was answered.</summary>
/// <param name="Status">The HTTP status of the answer.</param>
/// <param name="ArrivedAt">A time stamp of the platform's clock.</param>
internal sealed record ApiCall(string Method, string Path, int Status, long ArrivedAt);
