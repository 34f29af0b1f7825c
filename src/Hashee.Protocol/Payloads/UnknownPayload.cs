namespace Hashee.Protocol;

/// <summary>A payload that this version does not know: acknowledged and ignored.</summary>
/// <param name="Type">Its type; null when it has none.</param>
public sealed record UnknownPayload(string? Type) : Payload;
