namespace Hashee.Protocol;

/// <summary>An image.</summary>
/// <param name="AttachmentId">The id of the attachment that holds it.</param>
/// <param name="Alt">What it shows, in words.</param>
/// <param name="Thumbnail">Its thumbnail.</param>
public sealed record ImagePayload(string AttachmentId, string? Alt, string? Thumbnail) : Payload;
