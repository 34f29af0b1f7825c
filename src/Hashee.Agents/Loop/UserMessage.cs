using System.Text;
using Hashee.Host;
using Microsoft.Extensions.AI;

namespace Hashee.Agents;

/// <summary>
/// A message as a model gets it: the text, then the attachments. Images and PDF documents as they are, text as text; for what cannot be read or is
/// of another kind there is a sentence in its place, so that the model can tell the user.
/// </summary>
internal static class UserMessage
{
    /// <summary>Bytes of an image: the least that the providers take (Bedrock, 3.75 MB).</summary>
    public const int LargestImage = 3_750_000;

    /// <summary>Bytes of a document: the least that the providers take (Bedrock, 4.5 MB).</summary>
    public const int LargestDocument = 4_500_000;

    /// <summary>Bytes of a text.</summary>
    public const int LargestText = 200_000;

    /// <summary>Attachments of one message that are read.</summary>
    public const int Most = 10;

    /// <returns>Null when there is nothing to answer.</returns>
    public static async ValueTask<ChatMessage?> OfAsync(Message message, bool withAttachments, CancellationToken cancellationToken)
    {
        List<AIContent> contents = [];
        if (!string.IsNullOrEmpty(message.Text))
        {
            contents.Add(new TextContent(message.Text));
        }

        for (int i = 0; withAttachments && i < message.Attachments.Count; i++)
        {
            Attachment attachment = message.Attachments[i];
            contents.Add(i < Most ? await ReadAsync(attachment, message.Log, cancellationToken) : Note(attachment, "one of too many"));
        }

        return contents.Count == 0 ? null : new ChatMessage(ChatRole.User, contents);
    }

    private static async ValueTask<AIContent> ReadAsync(Attachment attachment, AgentLog log, CancellationToken cancellationToken)
    {
        string type = attachment.MediaType.Split(';')[0].Trim().ToLowerInvariant();
        bool isText = type.StartsWith("text/", StringComparison.Ordinal) || type is "application/json" or "application/xml";
        bool isImage = type.StartsWith("image/", StringComparison.Ordinal);
        if (!isText && !isImage && type != "application/pdf")
        {
            return Note(attachment, "of a kind that cannot be read here");
        }

        try
        {
            ReadOnlyMemory<byte> content = await attachment.ReadAsync(
                isText ? LargestText : isImage ? LargestImage : LargestDocument, cancellationToken);
            if (isText)
            {
                return new TextContent($"[Attachment {NameOf(attachment)}:]\n{Encoding.UTF8.GetString(content.Span)}");
            }

            return (isImage ? ImageType(content.Span) : type) is { } known
                ? new DataContent(content, known) { Name = attachment.Name }
                : Note(attachment, "an image of a kind that cannot be read here");
        }
        catch (ConversationException e) when (e.Failure.Kind is not (FailureKind.World or FailureKind.Undecided))
        {
            log.Warn("An attachment was not read.", new LogField("code", e.Failure.Code));
            return Note(attachment, e.Failure.Code == "attachment_too_large" ? "too large to be read here" : "one that cannot be read here");
        }
    }

    private static TextContent Note(Attachment attachment, string what) => new($"[Attachment {NameOf(attachment)} ({attachment.MediaType}): {what}.]");

    private static string NameOf(Attachment attachment) => string.IsNullOrEmpty(attachment.Name) ? "without a name" : attachment.Name;

    /// <summary>What the first bytes say: senders say <c>image/*</c>, or what is not true, and providers refuse a wrong type.</summary>
    private static string? ImageType(ReadOnlySpan<byte> content) =>
        content is [0x89, (byte)'P', (byte)'N', (byte)'G', ..] ? "image/png"
        : content is [0xFF, 0xD8, 0xFF, ..] ? "image/jpeg"
        : content.StartsWith("GIF8"u8) ? "image/gif"
        : content.Length > 12 && content.StartsWith("RIFF"u8) && content[8..12].SequenceEqual("WEBP"u8) ? "image/webp"
        : null;
}
