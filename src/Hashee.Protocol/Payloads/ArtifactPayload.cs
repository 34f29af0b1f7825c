namespace Hashee.Protocol;

/// <summary>An artifact.</summary>
/// <param name="Artifact">The artifact as JSON in UTF-8.</param>
public sealed record ArtifactPayload(ReadOnlyMemory<byte> Artifact) : Payload;
