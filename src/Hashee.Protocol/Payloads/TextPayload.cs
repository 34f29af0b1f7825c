namespace Hashee.Protocol;

/// <summary>A text.</summary>
/// <param name="Text">The text; may be empty.</param>
/// <param name="Markdown">Whether it is Markdown, where the sender says.</param>
public sealed record TextPayload(string Text, bool? Markdown) : Payload;
