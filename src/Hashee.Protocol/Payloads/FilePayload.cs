namespace Hashee.Protocol;

/// <summary>A file.</summary>
/// <param name="AttachmentId">The id of the attachment that holds it.</param>
/// <param name="FileName">Its name, as the sender gives it: not to be trusted as a path.</param>
/// <param name="Mime">Its media type.</param>
/// <param name="Size">Its size in bytes.</param>
public sealed record FilePayload(string AttachmentId, string FileName, string Mime, long Size) : Payload;
