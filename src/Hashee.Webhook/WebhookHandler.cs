using System.Buffers;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Hashee.Aws;
using Hashee.Host;
using Hashee.Lambda;
using Hashee.Protocol;

namespace Hashee.Webhook;

/// <summary>Verifies one webhook call and queues its event as it came, still sealed.</summary>
/// <param name="agentId">The id that calls must carry, in UTF-8.</param>
/// <param name="verifier">Knows the secrets.</param>
/// <param name="enqueue">Takes what was accepted.</param>
/// <param name="clock">Unix milliseconds.</param>
internal sealed class WebhookHandler(byte[] agentId, WebhookVerifier verifier, DeliverySink enqueue, Func<long> clock)
{
    /// <summary>What SQS takes as a message's body, and Hashee sends as a call's.</summary>
    private const int MaximumBytes = 1_048_576;

    private readonly HttpRequest _request = new();
    private readonly ArrayBufferWriter<byte> _message = new();
    private readonly Metrics _metrics = new("Hashee");
    private RefusalLog? _refusals;

    /// <summary>An <see cref="InvocationHandler"/>.</summary>
    /// <exception cref="ReportableException">The event is not a Function URL's.</exception>
    public void Handle(ReadOnlySpan<byte> payload, InvocationContext context, IBufferWriter<byte> response)
    {
        if (!_request.TryRead(payload))
        {
            throw new ReportableException("The event is not that of a Function URL (payload format 2.0).");
        }

        Answer answer = Decide(context.Deadline);
        answer.WriteTo(response);
        Record(answer, context.IsColdStart);
    }

    /// <summary>The order of the checks is part of the contract: nothing of the body is parsed before its signature holds.</summary>
    private Answer Decide(Deadline deadline)
    {
        if (!_request.Method.SequenceEqual("POST"u8))
        {
            bool isHealthCheck = _request.Method.SequenceEqual("GET"u8) && _request.Path.SequenceEqual("/health"u8);
            return new Answer(isHealthCheck ? Verdict.Healthy : Verdict.MethodNotAllowed);
        }

        if (!TryGetHeaders(out WebhookHeaders headers, out string? problem))
        {
            return new Answer(Verdict.BadRequest, problem);
        }

        ReadOnlySpan<byte> body = _request.Body;
        if (body.Length > MaximumBytes || QueuedDelivery.GetLength(headers.DeliveryId, body.Length) > MaximumBytes)
        {
            return new Answer(Verdict.TooLarge);
        }

        long now = clock();
        Verdict verdict = VerdictOn(verifier.Verify(headers, body, now / 1000));
        if (verdict != Verdict.Accepted)
        {
            return new Answer(verdict);
        }

        if (!headers.AgentId.SequenceEqual(agentId))
        {
            return new Answer(Verdict.WrongAgent);
        }

        return WebhookEvent.TryRead(body, out WebhookEvent hasheeEvent, out problem)
            ? Enqueue(hasheeEvent, headers.DeliveryId, body, now, deadline)
            : new Answer(Verdict.BadRequest, problem);
    }

    /// <summary>Only what was accepted is accepted.</summary>
    internal static Verdict VerdictOn(WebhookOutcome outcome) => outcome switch
    {
        WebhookOutcome.Accepted => Verdict.Accepted,
        WebhookOutcome.StaleTimestamp => Verdict.StaleTimestamp,
        _ => Verdict.InvalidSignature,
    };

    private bool TryGetHeaders(out WebhookHeaders headers, [NotNullWhen(false)] out string? problem)
    {
        headers = default;
        if (!TryGetHeader("x-hashee-signature"u8, WebhookHeaders.SignatureName, out ReadOnlySpan<byte> signature, out problem)
            || !TryGetHeader("x-hashee-timestamp"u8, WebhookHeaders.TimestampName, out ReadOnlySpan<byte> timestamp, out problem)
            || !TryGetHeader("x-hashee-delivery-id"u8, WebhookHeaders.DeliveryIdName, out ReadOnlySpan<byte> deliveryId, out problem)
            || !TryGetHeader("x-hashee-agent-id"u8, WebhookHeaders.AgentIdName, out ReadOnlySpan<byte> agentId, out problem))
        {
            return false;
        }

        bool wellFormed = WebhookHeaders.TryParse(signature, timestamp, deliveryId, agentId, out headers, out string? malformed);
        problem = wellFormed ? null : $"{malformed} is malformed";
        return wellFormed;
    }

    private bool TryGetHeader(
        ReadOnlySpan<byte> lowerCaseName, string name, out ReadOnlySpan<byte> value, [NotNullWhen(false)] out string? problem)
    {
        HeaderPresence presence = _request.GetHeader(lowerCaseName, out value);
        problem = presence switch
        {
            HeaderPresence.Once => null,
            HeaderPresence.Repeated => $"{name} is malformed: it is there more than once",
            _ => $"{name} is missing",
        };
        return problem is null;
    }

    private Answer Enqueue(in WebhookEvent hasheeEvent, ReadOnlySpan<byte> deliveryId, ReadOnlySpan<byte> body, long now, Deadline deadline)
    {
        _message.ResetWrittenCount();
        QueuedDelivery.Write(deliveryId, now, body, _message);
        byte[] group = hasheeEvent.ConversationId is { } conversationId ? Encoding.UTF8.GetBytes(conversationId) : agentId;

        ReadOnlySpan<byte> groupId = QueueIdentifier.From(group, stackalloc byte[QueueIdentifier.DigestLength]);
        ReadOnlySpan<byte> deduplicationId = QueueIdentifier.From(deliveryId, stackalloc byte[QueueIdentifier.DigestLength]);

        long start = Stopwatch.GetTimestamp();
        SqsOutcome outcome = enqueue(_message.WrittenSpan, groupId, deduplicationId, deadline);
        if (outcome.IsAccepted)
        {
            return new Answer(Verdict.Accepted) { EnqueueTime = Stopwatch.GetElapsedTime(start) };
        }

        Log.Error("The queue did not take the event.", new LogField("reason", outcome.Reason));
        return new Answer(Verdict.QueueUnavailable);
    }

    private void Record(Answer answer, bool isColdStart)
    {
        long now = clock();
        if (isColdStart)
        {
            _metrics.EmitColdStart();
        }

        _refusals?.Advance(now);
        switch (answer.Verdict)
        {
            case Verdict.Healthy:
                break;
            case Verdict.Accepted:
                Metric enqueueTime = new("EnqueueTime", answer.EnqueueTime.TotalMilliseconds, MetricUnit.Milliseconds);
                _metrics.Emit(new Metric("Accepted", 1), enqueueTime);
                break;
            default:
                (_refusals ??= new RefusalLog(_metrics, now)).Add(answer);
                break;
        }
    }
}
