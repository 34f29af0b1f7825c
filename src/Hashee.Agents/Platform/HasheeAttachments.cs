using Hashee.Host;
using Hashee.Protocol;

namespace Hashee.Agents.Platform;

/// <summary>What a payload says of its attachment. Hashee documents no way for an agent to fetch one.</summary>
internal static class HasheeAttachments
{
    public static IReadOnlyList<Attachment> Of(Payload payload) => payload switch
    {
        ImagePayload image => [New(image.Alt, "image/*")],
        VideoPayload => [New(null, "video/*")],
        AudioPayload => [New(null, "audio/*")],
        FilePayload file => [New(file.FileName, file.Mime, file.Size)],
        _ => [],
    };

    private static Attachment New(string? name, string mediaType, long? size = null) => new(name, mediaType, size, static (_, _) =>
        throw new ConversationException(new Failure(
            FailureKind.Own, "attachments_unsupported", "Hashee documents no way for an agent to fetch an attachment")));
}
