using System.Text;
using Hashee.Host;
using Hashee.Protocol;

namespace Hashee.Agents.Platform;

/// <summary>Turns one queued delivery into a reply: open the envelope, verify the sender, run the agent, answer.</summary>
internal sealed class DeliveryProcessor(
    HasheeConfiguration configuration, PlatformClient platform, SenderKeys senderKeys, IAgent agent, AgentErrors? agentErrors = null)
{
    private readonly EnvelopeReader _reader = new(configuration.AgentId, configuration.EncryptionKey);
    private readonly AgentRun _run = new(agentErrors ?? new AgentErrors(withMessages: false));

    /// <param name="id">Names the delivery in the log.</param>
    /// <param name="body">The queue message's body, a <see cref="QueuedDelivery"/>.</param>
    /// <param name="waited">How long it has waited since it was first looked at.</param>
    /// <param name="limit">When there is no time left to start anything.</param>
    public async Task<DeliveryResult> ProcessAsync(string id, string body, TimeSpan waited, TimeLimit limit)
    {
        if (!TryRead(body, out QueuedDelivery delivery, out WebhookEvent hasheeEvent))
        {
            return DeliveryResult.Refused(DeliveryResult.NotADelivery);
        }

        AgentLog log = new(id);
        if (!hasheeEvent.IsMessage)
        {
            return await NotifyAsync(delivery, hasheeEvent, log, limit);
        }

        if (hasheeEvent.SenderId == configuration.AgentId)
        {
            return DeliveryResult.Done("ignored: sent by this agent");
        }

        (Incoming? incoming, DeliveryResult result) = await OpenAsync(
            delivery, hasheeEvent, hasheeEvent.ConversationId, hasheeEvent.SenderId, waited, limit);
        return incoming is null ? result : await AnswerAsync(incoming, log, limit);
    }

    /// <summary>
    /// Tells the user that there will be no reply, unless the conversation is over. Nothing depends on it: what goes wrong is logged.
    /// </summary>
    /// <param name="id">Names the delivery in the log.</param>
    /// <param name="body">The queue message's body, which <see cref="ProcessAsync"/> failed with.</param>
    /// <param name="failure">What it failed with.</param>
    /// <param name="limit">By when everything has to be done.</param>
    public async Task ApologizeAsync(string id, string body, Failure failure, TimeLimit limit)
    {
        if (failure.Kind == FailureKind.Final
            || !TryRead(body, out QueuedDelivery delivery, out WebhookEvent hasheeEvent)
            || !hasheeEvent.IsMessage
            || hasheeEvent.SenderId == configuration.AgentId)
        {
            return;
        }

        (Incoming? incoming, DeliveryResult opened) = await OpenAsync(
            delivery, hasheeEvent, hasheeEvent.ConversationId, hasheeEvent.SenderId, TimeSpan.Zero, limit);
        if (incoming is null)
        {
            LogNoApology(id, opened.Kind == DeliveryResultKind.Failed ? opened.Failure.Code : opened.Detail, opened.Detail);
            return;
        }

        AgentLog log = new(id);
        using Outbox outbox = NewOutbox(incoming, MessageReason.Apology, limit);
        Message message = incoming.ToMessage(outbox, log);
        (string? text, Failure? trouble) = await _run.RunAsync(async () => await agent.ApologizeAsync(message, failure, limit.Token), log, limit.Token);
        SendResult sent = trouble is { } why ? SendResult.Failed(why) : await outbox.FinishAsync(text);
        if (!sent.IsSent)
        {
            LogNoApology(id, sent.Failure.Code, sent.Failure.Reason);
        }
        else if (outbox.Count > 0)
        {
            Log.Info("An apology was sent.", new LogField("messageId", id));
        }
    }

    private static void LogNoApology(string id, string code, string reason) => Log.Warn(
        "The apology could not be sent.", new("messageId", id), new("code", code), new("reason", reason));

    private static bool TryRead(string body, out QueuedDelivery delivery, out WebhookEvent hasheeEvent)
    {
        hasheeEvent = default;
        return QueuedDelivery.TryRead(Encoding.UTF8.GetBytes(body), out delivery, out _)
            && WebhookEvent.TryRead(delivery.Event.Span, out hasheeEvent, out _);
    }

    /// <returns>What it says and to whom an answer goes; or else what has become of the delivery.</returns>
    private async Task<(Incoming? Incoming, DeliveryResult Result)> OpenAsync(
        QueuedDelivery delivery, WebhookEvent hasheeEvent, string conversationId, string senderId, TimeSpan waited, TimeLimit limit)
    {
        DeliverySender sender = new(senderKeys, waited, limit);
        ReadOnlySpan<byte> wireEnvelope = hasheeEvent.GetWireEnvelope(delivery.Event.Span);
        EnvelopeResult result = configuration.VerifySender
            ? await _reader.OpenAsync(wireEnvelope, conversationId, senderId, sender, limit.Token)
            : _reader.OpenFromUnverifiedSender(wireEnvelope, conversationId, senderId);
        return result.Outcome switch
        {
            EnvelopeOutcome.Opened => await FindReadersAsync(result.Envelope!, sender),
            EnvelopeOutcome.Undecided => (null, DeliveryResult.Failed(sender.Failure)),
            EnvelopeOutcome.UnknownSender or EnvelopeOutcome.BadSignature => (null, sender.Judge(result.Outcome, senderId)),
            _ => (null, DeliveryResult.Refused(result.Outcome)),
        };
    }

    private async Task<(Incoming? Incoming, DeliveryResult Result)> FindReadersAsync(OpenedEnvelope envelope, DeliverySender sender)
    {
        if (envelope.Payload is UnknownPayload)
        {
            return (null, DeliveryResult.Done("ignored: a payload of an unknown type"));
        }

        IReadOnlyList<X25519PublicKey> devices = [];
        if (configuration.SealReplies)
        {
            if (await sender.FindKeysAsync(envelope.SenderId) is not { } keys)
            {
                return (null, DeliveryResult.Failed(sender.Failure));
            }

            if (keys.Encryption.Count == 0)
            {
                return (null, sender.Judge(EnvelopeOutcome.UnknownSender, envelope.SenderId));
            }

            devices = keys.Encryption;
        }

        return (new Incoming(envelope, devices), default);
    }

    private Outbox NewOutbox(Incoming incoming, MessageReason reason, TimeLimit limit)
    {
        OpenedEnvelope envelope = incoming.Envelope;
        HasheeChannel channel = new(configuration, platform, new Readers(envelope.ConversationId, envelope.SenderId, incoming.Devices));
        return new Outbox(channel, envelope.ConversationId, reason, envelope.MessageId, limit);
    }

    private async Task<DeliveryResult> AnswerAsync(Incoming incoming, AgentLog log, TimeLimit limit)
    {
        using Outbox outbox = NewOutbox(incoming, MessageReason.Reply, limit);
        Message message = incoming.ToMessage(outbox, log);
        (string? text, Failure? failure) = await _run.RunAsync(async () => await agent.ReplyAsync(message, limit.Token), log, limit.Token);
        if (failure is { } why)
        {
            return DeliveryResult.Failed(why);
        }

        SendResult sent = await outbox.FinishAsync(text);
        return !sent.IsSent ? DeliveryResult.Failed(sent.Failure)
            : outbox.Count == 0 ? DeliveryResult.Done("the agent has no reply")
            : DeliveryResult.Done(outbox.Count == 1 ? "replied" : $"replied in {outbox.Count} parts");
    }

    private async Task<DeliveryResult> NotifyAsync(QueuedDelivery delivery, WebhookEvent hasheeEvent, AgentLog log, TimeLimit limit)
    {
        HasheeChannel channel = new(configuration, platform, readers: null);
        using Outbox outbox = new(channel, "", MessageReason.Unasked, delivery.DeliveryId, limit);
        AgentEvent agentEvent = new(outbox)
        {
            Type = hasheeEvent.Type,
            ConversationId = hasheeEvent.ConversationId,
            Json = delivery.Event,
            Log = log,
        };
        (_, Failure? failure) = await _run.RunAsync(
            async () =>
            {
                await agent.OnEventAsync(agentEvent, limit.Token);
                return null;
            },
            log,
            limit.Token);
        return failure is { } why ? DeliveryResult.Failed(why) : DeliveryResult.Done("event passed to the agent");
    }
}
