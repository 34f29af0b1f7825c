namespace Hashee.Protocol;

/// <summary>A sound recording.</summary>
/// <param name="AttachmentId">The id of the attachment that holds it.</param>
/// <param name="DurationSeconds">How long it is.</param>
public sealed record AudioPayload(string AttachmentId, double? DurationSeconds) : Payload;
