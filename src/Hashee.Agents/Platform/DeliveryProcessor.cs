using System.Buffers;
using System.Text;
using System.Text.Json;
using Hashee.Host;
using Hashee.Protocol;

namespace Hashee.Agents.Platform;

/// <summary>Turns one queued delivery into a reply: open the envelope, verify the sender, run the agent, answer.</summary>
internal sealed class DeliveryProcessor(
    HasheeConfiguration configuration, PlatformClient platform, SenderKeys senderKeys, IAgent agent, AgentErrors? agentErrors = null)
{
    private readonly EnvelopeReader _reader = new(configuration.AgentId, configuration.EncryptionKey);
    private readonly AgentErrors _agentErrors = agentErrors ?? new AgentErrors(withMessages: false);

    /// <param name="body">The queue message's body, a <see cref="QueuedDelivery"/>.</param>
    /// <param name="waited">How long it has waited since it was first looked at.</param>
    /// <param name="limit">When there is no time left to start anything.</param>
    public async Task<DeliveryResult> ProcessAsync(string body, TimeSpan waited, TimeLimit limit)
    {
        byte[] json = Encoding.UTF8.GetBytes(body);
        if (!QueuedDelivery.TryRead(json, out QueuedDelivery delivery, out _)
            || !WebhookEvent.TryRead(delivery.Event.Span, out WebhookEvent hasheeEvent, out _))
        {
            return DeliveryResult.Refused(DeliveryResult.NotADelivery);
        }

        if (!hasheeEvent.IsMessage)
        {
            return await NotifyAsync(new HasheeEvent(hasheeEvent.Type, hasheeEvent.ConversationId, delivery.Event), limit);
        }

        if (hasheeEvent.SenderId == configuration.AgentId)
        {
            return DeliveryResult.Done("ignored: sent by this agent");
        }

        DeliverySender sender = new(senderKeys, waited, limit);
        ReadOnlySpan<byte> wireEnvelope = hasheeEvent.GetWireEnvelope(delivery.Event.Span);
        EnvelopeResult result = configuration.VerifySender
            ? await _reader.OpenAsync(wireEnvelope, hasheeEvent.ConversationId, hasheeEvent.SenderId, sender, limit.Token)
            : _reader.OpenFromUnverifiedSender(wireEnvelope, hasheeEvent.ConversationId, hasheeEvent.SenderId);
        return result.Outcome switch
        {
            EnvelopeOutcome.Opened => await AnswerAsync(delivery.DeliveryId, result.Envelope!, sender, limit),
            EnvelopeOutcome.Undecided => DeliveryResult.Failed(sender.Failure),
            EnvelopeOutcome.UnknownSender or EnvelopeOutcome.BadSignature => sender.Judge(result.Outcome, hasheeEvent.SenderId),
            _ => DeliveryResult.Refused(result.Outcome),
        };
    }

    private async Task<DeliveryResult> AnswerAsync(string deliveryId, OpenedEnvelope envelope, DeliverySender sender, TimeLimit limit)
    {
        if (envelope.Payload is UnknownPayload)
        {
            return DeliveryResult.Done("ignored: a payload of an unknown type");
        }

        IReadOnlyList<X25519PublicKey> devices = [];
        if (configuration.SealReplies)
        {
            if (await sender.FindKeysAsync(envelope.SenderId) is not { } keys)
            {
                return DeliveryResult.Failed(sender.Failure);
            }

            if (keys.Encryption.Count == 0)
            {
                return sender.Judge(EnvelopeOutcome.UnknownSender, envelope.SenderId);
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
        (string? text, Failure? failure) = await RunAsync(async () => await agent.ReplyAsync(message, limit.Token), limit.Token);
        return failure is { } why ? DeliveryResult.Failed(why)
            : string.IsNullOrEmpty(text) ? DeliveryResult.Done("the agent has no reply")
            : await ReplyAsync(message, text, devices, limit);
    }

    /// <summary>The sender's clock may say anything; what no calendar holds becomes its nearest end.</summary>
    private static DateTimeOffset CreatedAt(OpenedEnvelope envelope) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(
            envelope.CreatedUnixMilliseconds,
            DateTimeOffset.MinValue.ToUnixTimeMilliseconds(),
            DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));

    private async Task<DeliveryResult> NotifyAsync(HasheeEvent hasheeEvent, TimeLimit limit)
    {
        (_, Failure? failure) = await RunAsync(
            async () =>
            {
                await agent.OnEventAsync(hasheeEvent, limit.Token);
                return null;
            },
            limit.Token);
        return failure is { } why ? DeliveryResult.Failed(why) : DeliveryResult.Done("event passed to the agent");
    }

    /// <summary>
    /// Runs the user's code, on another thread because it may block, and not beyond the deadline. What it throws is the message's own failure;
    /// the exception's message may quote the conversation, so only its type is passed on.
    /// </summary>
    private async Task<(string? Text, Failure? Failure)> RunAsync(Func<Task<string?>> run, CancellationToken cancellationToken)
    {
        try
        {
            return (await Task.Run(run, cancellationToken).WaitAsync(cancellationToken), null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return (null, new Failure(FailureKind.World, "no_time", "the agent did not finish before the deadline"));
        }
#pragma warning disable CA1031 // whatever a user's agent throws, the instance lives on
        catch (Exception e)
#pragma warning restore CA1031
        {
            _agentErrors.Write(e);
            return (null, new Failure(FailureKind.Own, "agent_failed", $"the agent failed with {e.GetType()}"));
        }
    }

    private async Task<DeliveryResult> ReplyAsync(Message message, string text, IReadOnlyList<X25519PublicKey> devices, TimeLimit limit)
    {
        int part = 0;
        foreach (string partText in ReplyParts.Split(text))
        {
            string clientMessageId = ClientMessageId.For(message.MessageId, part++);
            PlatformAnswer answer = await platform.PostMessageAsync(Body(message, clientMessageId, partText, devices), limit);

            // 409: what has this client_message_id is stored already.
            if (!answer.Succeeded && answer.Status != 409)
            {
                return DeliveryResult.Failed(answer.Failure);
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
