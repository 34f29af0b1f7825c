using System.Text;

namespace Hashee.Webhook.Tests.World;

/// <summary>Bodies of webhook calls.</summary>
internal static class HasheeEvents
{
    public const string ConversationId = "01JD4Y8M6Q3V5W7X9Z2B4D6F8H";

    /// <summary>What the sealed message would say, if anybody could read it: it must never show up in a log.</summary>
    public const string WireEnvelope = "SFNFMXNlYWxlZC1tZXNzYWdlLXRoYXQtbm8tbG9nLW1heS1zaG93";

    /// <summary>A <c>message.new</c>.</summary>
    public static byte[] Message(string conversationId = ConversationId, string senderId = "01JD4Y7Z0A1B2C3D4E5F6G7H8J")
    {
        const string createdAt = "2026-11-20T10:24:11.123Z";
        string metadata = $$"""{"conversation_id":"{{conversationId}}","sender_id":"{{senderId}}","created_at":"{{createdAt}}"}""";
        return Utf8($$"""{"type":"message.new","version":"v1","wire_envelope":"{{WireEnvelope}}","metadata":{{metadata}}}""");
    }

    /// <summary>A <c>message.new</c> of exactly so many bytes.</summary>
    public static byte[] MessageOf(int length)
    {
        string text = Encoding.UTF8.GetString(Message());
        return Utf8(text.Replace(WireEnvelope, new string('A', length - text.Length + WireEnvelope.Length), StringComparison.Ordinal));
    }

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
