namespace Hashee.Protocol;

/// <summary>A video.</summary>
/// <param name="AttachmentId">The id of the attachment that holds it.</param>
/// <param name="DurationSeconds">How long it is.</param>
public sealed record VideoPayload(string AttachmentId, double? DurationSeconds) : Payload;
