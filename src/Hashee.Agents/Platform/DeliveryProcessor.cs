using System.Buffers;
using System.Text;
using System.Text.Json;
using Hashee.Protocol;

namespace Hashee.Agents.Platform;

/// <summary>Turns one queued delivery into a reply: open the envelope, verify the sender, run the agent, answer.</summary>
internal sealed class DeliveryProcessor(HasheeConfiguration configuration, PlatformClient platform, SenderKeys senderKeys, IAgent agent)
{
    private readonly EnvelopeReader _reader = new(configuration.AgentId, configuration.EncryptionKey);

    /// <param name="body">The queue message's body, a <see cref="QueuedDelivery"/>.</param>
    /// <param name="cancellationToken">Ends when there is no time left to start anything.</param>
    public async Task<DeliveryResult> ProcessAsync(string body, CancellationToken cancellationToken)
    {
        byte[] json = Encoding.UTF8.GetBytes(body);
        if (!QueuedDelivery.TryRead(json, out QueuedDelivery delivery, out _)
            || !WebhookEvent.TryRead(delivery.Event.Span, out WebhookEvent hasheeEvent, out _))
        {
            return DeliveryResult.Refused(DeliveryResult.NotADelivery);
        }

        if (!hasheeEvent.IsMessage)
        {
            return await NotifyAsync(new HasheeEvent(hasheeEvent.Type, hasheeEvent.ConversationId, delivery.Event), cancellationToken);
        }

        if (hasheeEvent.SenderId == configuration.AgentId)
        {
            return DeliveryResult.Done("ignored: sent by this agent");
        }

        DeliverySender sender = new(senderKeys);
        ReadOnlySpan<byte> wireEnvelope = hasheeEvent.GetWireEnvelope(delivery.Event.Span);
        EnvelopeResult result = configuration.VerifySender
            ? await _reader.OpenAsync(wireEnvelope, hasheeEvent.ConversationId, hasheeEvent.SenderId, sender, cancellationToken)
            : _reader.OpenFromUnverifiedSender(wireEnvelope, hasheeEvent.ConversationId, hasheeEvent.SenderId);
        return result.IsOpened ? await AnswerAsync(delivery.DeliveryId, result.Envelope, sender, cancellationToken)
            : result.Outcome == EnvelopeOutcome.Undecided ? sender.Failure
            : DeliveryResult.Refused(result.Outcome);
    }

    private async Task<DeliveryResult> AnswerAsync(
        string deliveryId, OpenedEnvelope envelope, DeliverySender sender, CancellationToken cancellationToken)
    {
        if (envelope.Payload is UnknownPayload)
        {
            return DeliveryResult.Done("ignored: a payload of an unknown type");
        }

        IReadOnlyList<X25519PublicKey> devices = [];
        if (configuration.SealReplies)
        {
            if (await sender.FindKeysAsync(envelope.SenderId, cancellationToken) is not { } keys)
            {
                return sender.Failure;
            }

            if (keys.Encryption.Count == 0)
            {
                return DeliveryResult.Refused(EnvelopeOutcome.UnknownSender);
            }

            devices = keys.Encryption;
        }

        Message message = new(
            envelope.ConversationId,
            envelope.SenderId,
            envelope.MessageId,
            deliveryId,
            CreatedAt(envelope),
            envelope.Payload);
        (string? text, string? trouble) = await RunAsync(
            async () => await agent.ReplyAsync(message, cancellationToken), cancellationToken);
        return trouble is not null ? DeliveryResult.Trouble(trouble)
            : string.IsNullOrEmpty(text) ? DeliveryResult.Done("the agent has no reply")
            : await ReplyAsync(message, text, devices, cancellationToken);
    }

    /// <summary>The sender's clock may say anything; what no calendar holds becomes its nearest end.</summary>
    private static DateTimeOffset CreatedAt(OpenedEnvelope envelope) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(
            envelope.CreatedUnixMilliseconds,
            DateTimeOffset.MinValue.ToUnixTimeMilliseconds(),
            DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));

    private async Task<DeliveryResult> NotifyAsync(HasheeEvent hasheeEvent, CancellationToken cancellationToken)
    {
        (_, string? trouble) = await RunAsync(
            async () =>
            {
                await agent.OnEventAsync(hasheeEvent, cancellationToken);
                return null;
            },
            cancellationToken);
        return trouble is null ? DeliveryResult.Done("event passed to the agent") : DeliveryResult.Trouble(trouble);
    }

    /// <summary>
    /// Runs the user's code, on another thread because it may block, and not beyond the deadline. What it throws is trouble;
    /// the exception's message may quote the conversation, so only its type is kept.
    /// </summary>
    private static async Task<(string? Text, string? Trouble)> RunAsync(Func<Task<string?>> run, CancellationToken cancellationToken)
    {
        try
        {
            return (await Task.Run(run, cancellationToken).WaitAsync(cancellationToken), null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return (null, "the agent did not finish before the deadline");
        }
#pragma warning disable CA1031 // whatever a user's agent throws, the message stays in the queue and the instance lives on
        catch (Exception e)
#pragma warning restore CA1031
        {
            return (null, $"the agent failed with {e.GetType()}");
        }
    }

    private async Task<DeliveryResult> ReplyAsync(Message message, string text, IReadOnlyList<X25519PublicKey> devices, CancellationToken cancellationToken)
    {
        int part = 0;
        foreach (string partText in ReplyParts.Split(text))
        {
            string clientMessageId = ClientMessageId.For(message.MessageId, part++);
            PlatformAnswer answer = await platform.PostMessageAsync(Body(message, clientMessageId, partText, devices), cancellationToken);
            if (answer.Trouble is { } trouble)
            {
                return DeliveryResult.Trouble(trouble);
            }
        }

        return DeliveryResult.Done(part == 1 ? "replied" : $"replied in {part} parts");
    }

    /// <summary>The body of <c>POST /agents/{id}/messages</c>: a text payload, or the same sealed to every device of the sender.</summary>
    private ReadOnlyMemory<byte> Body(Message message, string clientMessageId, string text, IReadOnlyList<X25519PublicKey> devices)
    {
        ArrayBufferWriter<byte> payload = new();
        Payload.WriteText(text, payload);

        ArrayBufferWriter<byte> body = new();
        using Utf8JsonWriter json = new(body);
        json.WriteStartObject();
        json.WriteString("conversation_id"u8, message.ConversationId);
        json.WriteString("client_message_id"u8, clientMessageId);
        if (configuration.SealReplies)
        {
            Recipient[] recipients = [.. devices.Select(key => new Recipient(message.SenderId, key))];
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
