namespace Hashee.Protocol;

/// <summary>A notice of the platform.</summary>
/// <param name="Event">What happened, as JSON in UTF-8.</param>
public sealed record SystemPayload(ReadOnlyMemory<byte> Event) : Payload;
