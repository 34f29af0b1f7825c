using System.Text;
using Hashee.Agents.Sessions;
using Hashee.Agents.Steps;
using Hashee.Host;
using Hashee.Protocol;

namespace Hashee.Agents.Platform;

/// <summary>Turns one queued delivery into a reply: open the envelope, verify the sender, take the session, run the agent, save the turn, answer.</summary>
internal sealed class DeliveryProcessor(
    HasheeConfiguration configuration,
    PlatformClient platform,
    SenderKeys senderKeys,
    IAgent agent,
    AgentErrors? agentErrors = null,
    SessionStore? sessions = null)
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
        return incoming is null ? result
            : sessions is null ? await AnswerAsync(incoming, log, limit)
            : await AnswerInSessionAsync(sessions, incoming, log, limit);
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
        Message message = incoming.ToMessage(new NoSession(), outbox, log);
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

    private Outbox NewOutbox(Incoming incoming, MessageReason reason, TimeLimit limit, OutboxState? start = null)
    {
        OpenedEnvelope envelope = incoming.Envelope;
        HasheeChannel channel = new(configuration, platform, new Readers(envelope.ConversationId, envelope.SenderId, incoming.Devices));
        return new Outbox(channel, envelope.ConversationId, reason, envelope.MessageId, limit, start);
    }

    private async Task<DeliveryResult> AnswerAsync(Incoming incoming, AgentLog log, TimeLimit limit)
    {
        using Outbox outbox = NewOutbox(incoming, MessageReason.Reply, limit);
        (string? text, Failure? failure) = await RunAsync(incoming, new NoSession(), outbox, log, limit);
        return failure is { } why ? DeliveryResult.Failed(why) : await SendAsync(() => outbox.FinishAsync(text), outbox);
    }

    private async Task<DeliveryResult> AnswerInSessionAsync(SessionStore store, Incoming incoming, AgentLog log, TimeLimit limit)
    {
        try
        {
            SessionStart start = await store.BeginAsync($"hashee:{incoming.Envelope.ConversationId}", incoming.Envelope.MessageId, limit);
            return start.Kind switch
            {
                SessionStartKind.Run => await AnswerInSessionAsync(start.Session!, incoming, log, limit),
                SessionStartKind.Repeat => await ReplyAgainAsync(start.Turn!, incoming, limit),
                SessionStartKind.Past => DeliveryResult.Done("ignored: answered before the last message"),
                SessionStartKind.Busy => DeliveryResult.Failed(new Failure(
                    FailureKind.World, "session_busy", "another worker has the conversation's session", start.Wait)),
                _ => default,
            };
        }
        catch (SessionException e)
        {
            return DeliveryResult.Failed(e.Failure);
        }
        catch (OperationCanceledException) when (limit.HasPassed)
        {
            return DeliveryResult.Failed(new Failure(FailureKind.World, "no_time", "the session was not read or saved before the deadline"));
        }
    }

    private async Task<DeliveryResult> AnswerInSessionAsync(OpenSession session, Incoming incoming, AgentLog log, TimeLimit limit)
    {
        using Outbox outbox = NewOutbox(incoming, MessageReason.Reply, limit, session.Said);
        (string? text, Failure? failure) = await RunAsync(incoming, session, outbox, log, limit);
        if (failure is { Code: AgentRun.Unfinished } && session.CanContinue)
        {
            await session.LeaveAsync(await outbox.CloseAsync(), limit);
            await session.CleanUpAsync(limit);
            return DeliveryResult.Unfinished();
        }

        if (failure is { } why)
        {
            return await FailAsync(session, why, limit);
        }

        OutboxState said = await outbox.CloseAsync();
        string reply = said.Written + text;
        try
        {
            await session.CommitAsync(incoming.Text, reply.Length == 0 ? null : reply, said.Sent, limit);
        }
        catch (SessionException e)
        {
            return await FailAsync(session, e.Failure, limit);
        }

        DeliveryResult result = await SendAsync(() => outbox.SendReplyAsync(reply), outbox);
        await session.CleanUpAsync(limit);
        return result with { Steps = session.Steps };
    }

    /// <summary>
    /// A failure of the message's own is counted in its session, the world's is not. A deadline that has passed leaves no time for either.
    /// </summary>
    private static async Task<DeliveryResult> FailAsync(OpenSession session, Failure failure, TimeLimit limit)
    {
        if (failure.Kind == FailureKind.Own)
        {
            return DeliveryResult.Failed(failure) with { Tries = await session.FailAsync(limit) };
        }

        if (!limit.HasPassed)
        {
            await session.ReleaseAsync(limit);
        }

        return DeliveryResult.Failed(failure);
    }

    /// <summary>What was committed is sent, perhaps again: what goes ahead of it was sent before.</summary>
    private async Task<DeliveryResult> ReplyAgainAsync(StoredTurn turn, Incoming incoming, TimeLimit limit)
    {
        using Outbox outbox = NewOutbox(incoming, MessageReason.Reply, limit, turn.Said);
        return await SendAsync(() => outbox.SendReplyAsync(turn.Reply), outbox) with { Steps = turn.Steps };
    }

    private Task<(string? Text, Failure? Failure)> RunAsync(Incoming incoming, ISession session, Outbox outbox, AgentLog log, TimeLimit limit)
    {
        Message message = incoming.ToMessage(session, outbox, log);
        return _run.RunAsync(async () => await agent.ReplyAsync(message, limit.Token), log, limit.Token);
    }

    private static async Task<DeliveryResult> SendAsync(Func<Task<SendResult>> send, Outbox outbox)
    {
        using Step step = Step.Begin(StepKind.Reply, "hashee");
        SendResult sent = await send();
        if (!sent.IsSent)
        {
            step.Fail(sent.Failure.Code);
            return DeliveryResult.Failed(sent.Failure);
        }

        return outbox.Count == 0 ? DeliveryResult.Done("the agent has no reply")
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
