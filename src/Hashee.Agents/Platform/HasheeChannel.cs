using System.Buffers;
using System.Text.Json;
using Hashee.Host;
using Hashee.Protocol;

namespace Hashee.Agents.Platform;

/// <summary>
/// How an agent's messages reach Hashee's conversations. Its protocol documents neither a sign of typing for agents behind a webhook nor an upload: there
/// are none.
/// </summary>
/// <param name="configuration">Whether replies are sealed.</param>
/// <param name="platform">Where they are posted.</param>
/// <param name="readers">Who reads the conversation that is answered; null when nothing is answered.</param>
internal sealed class HasheeChannel(HasheeConfiguration configuration, PlatformClient platform, Readers? readers) : IChannel
{
    public IReadOnlyList<string> Split(string text) => ReplyParts.Split(text);

    public async Task<SendResult> SendAsync(Outgoing message, TimeLimit limit)
    {
        if (message.Attachments.Count > 0)
        {
            return Refuse("attachments_unsupported", "Hashee documents no way for an agent to send an attachment");
        }

        if (configuration.SealReplies && readers?.ConversationId != message.ConversationId)
        {
            return Refuse(
                "readers_unknown",
                "a message to another conversation cannot be sealed, since Hashee does not say who reads there: HASHEE_REPLY=plain sends it");
        }

        PlatformAnswer answer = await platform.PostMessageAsync(Body(message), limit);

        // 409: what has this client_message_id is stored already.
        return answer.Succeeded || answer.Status == 409 ? SendResult.Sent : SendResult.Failed(answer.Failure);
    }

    private static SendResult Refuse(string code, string reason) => SendResult.Failed(new Failure(FailureKind.Own, code, reason));

    private static string ClientMessageIdOf(Outgoing message)
    {
        MessageKey key = message.Key;
        return key.Reason switch
        {
            MessageReason.Reply => ClientMessageId.For(key.CauseId, key.Index),
            MessageReason.Apology => ClientMessageId.ForApology(key.CauseId, key.Index),
            _ => ClientMessageId.ForUnasked(message.ConversationId, key.CauseId, key.Index),
        };
    }

    /// <summary>The body of <c>POST /agents/{id}/messages</c>: a text payload, or the same sealed to every device of the reader.</summary>
    private ReadOnlyMemory<byte> Body(Outgoing message)
    {
        ArrayBufferWriter<byte> payload = new();
        Payload.WriteText(message.Text!, payload);

        string clientMessageId = ClientMessageIdOf(message);
        ArrayBufferWriter<byte> body = new();
        using Utf8JsonWriter json = new(body);
        json.WriteStartObject();
        json.WriteString("conversation_id"u8, message.ConversationId);
        json.WriteString("client_message_id"u8, clientMessageId);
        if (configuration.SealReplies)
        {
            Recipient[] recipients = [.. readers!.Devices.Select(key => new Recipient(readers.UserId, key))];
            byte[] envelope = EnvelopeWriter.Seal(
                configuration.AgentId,
                message.ConversationId,
                clientMessageId,
                DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
                recipients,
                payload.WrittenSpan,
                configuration.SigningKey);
            json.WriteBase64String("encrypted_payload"u8, envelope);
        }
        else
        {
            json.WritePropertyName("payload"u8);
            json.WriteRawValue(payload.WrittenSpan, skipInputValidation: true);
        }

        json.WriteEndObject();
        json.Flush();
        return body.WrittenMemory;
    }
}
