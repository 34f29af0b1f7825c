using Hashee.Host;

namespace Hashee.Agents.Platform;

/// <summary>What the platform made of a request.</summary>
/// <param name="Status">The HTTP status; 0 when there was no answer.</param>
/// <param name="Body">The answer's body; empty when there was none.</param>
/// <param name="Failure">What went wrong; means something only when the request did not succeed.</param>
internal readonly record struct PlatformAnswer(int Status, ReadOnlyMemory<byte> Body, Failure Failure)
{
    /// <summary>Whether the platform answered 2xx.</summary>
    public bool Succeeded => Status is >= 200 and < 300;
}
