using System.Diagnostics;
using Hashee.Emulator.Lambda;
using Hashee.Emulator.Platform;
using Hashee.Emulator.Sqs;

namespace Hashee.Emulator.Terminal;

/// <summary>How long each step on the way of one message took.</summary>
internal sealed record MessageTimeline
{
    /// <summary>The user's device sealed and signed the message.</summary>
    public required TimeSpan Seal { get; init; }

    /// <summary>The webhook's INIT, from exec to its first request for an event; <see langword="null"/> when an instance was there.</summary>
    public required TimeSpan? WebhookStart { get; init; }

    /// <summary>From the event handed to the webhook to the message in the queue.</summary>
    public required TimeSpan Webhook { get; init; }

    /// <summary>From the message in the queue to the invocation of the worker.</summary>
    public required TimeSpan Queue { get; init; }

    /// <summary>The worker's INIT, from exec to its first request for an event; <see langword="null"/> when an instance was there.</summary>
    public required TimeSpan? WorkerStart { get; init; }

    /// <summary>From the event handed to the worker to its reply at the platform.</summary>
    public required TimeSpan Worker { get; init; }

    /// <summary>From the user's message to the reply.</summary>
    public required TimeSpan Total { get; init; }

    /// <summary>What is left: HTTP between the parts and the emulator's own work.</summary>
    public TimeSpan Between => Total - Seal - (WebhookStart ?? default) - Webhook - Queue - (WorkerStart ?? default) - Worker;

    public bool IsCold => WebhookStart is not null || WorkerStart is not null;

    /// <summary>Puts together what was recorded about a message and its reply, waiting for the worker's invocation to end.</summary>
    public static async Task<MessageTimeline> OfAsync(
        LocalWorld world, Delivery delivery, AgentMessage reply, CancellationToken cancellationToken)
    {
        SentMessage sent = await world.Sent.WaitAsync(message => message.DeduplicationId == delivery.Id, cancellationToken);
        InvocationRecord webhook = await world.Invocations.WaitAsync(
            invocation => invocation.FunctionName == world.Webhook.Name && Includes(invocation, sent.Timestamp), cancellationToken);
        InvocationRecord worker = await world.Invocations.WaitAsync(
            invocation => invocation.FunctionName == world.Worker.Name && Includes(invocation, reply.ArrivedAt), cancellationToken);
        return new MessageTimeline
        {
            Seal = Stopwatch.GetElapsedTime(delivery.BegunAt, delivery.ReadyAt),
            WebhookStart = webhook.Init,
            Webhook = Stopwatch.GetElapsedTime(webhook.StartedAt, sent.Timestamp),
            Queue = Stopwatch.GetElapsedTime(sent.Timestamp, worker.RequestedAt),
            WorkerStart = worker.Init,
            Worker = Stopwatch.GetElapsedTime(worker.StartedAt, reply.ArrivedAt),
            Total = Stopwatch.GetElapsedTime(delivery.BegunAt, reply.ArrivedAt),
        };
    }

    private static bool Includes(InvocationRecord invocation, long timestamp) =>
        invocation.StartedAt <= timestamp && timestamp <= invocation.CompletedAt;
}
