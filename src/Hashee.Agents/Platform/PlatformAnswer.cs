namespace Hashee.Agents.Platform;

/// <summary>What the platform made of a request.</summary>
/// <param name="Status">The HTTP status; 0 when there was no answer.</param>
/// <param name="Body">The answer's body; empty when there was none.</param>
/// <param name="Trouble">Null when the request succeeded, else what went wrong, fit for a log.</param>
/// <param name="Patience">How long the platform wants to be left alone; null unless it said so with a 429.</param>
internal readonly record struct PlatformAnswer(int Status, ReadOnlyMemory<byte> Body, string? Trouble, TimeSpan? Patience = null)
{
    /// <summary>Whether the platform answered 2xx.</summary>
    public bool Succeeded => Trouble is null;
}
