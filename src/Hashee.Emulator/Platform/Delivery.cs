namespace Hashee.Emulator.Platform;

/// <summary>One event for one agent under one delivery id; every attempt to deliver it is recorded.</summary>
internal sealed class Delivery
{
    private readonly List<DeliveryAttempt> _attempts = [];

    /// <summary>The id that <c>X-Hashee-Delivery-Id</c> carries on every attempt.</summary>
    public required string Id { get; init; }

    /// <summary>The id that the sender gave the message inside its envelope; <see langword="null"/> for what the platform did not seal itself.</summary>
    public string? MessageId { get; init; }

    /// <summary>The agent whose webhook is called.</summary>
    public required Agent Agent { get; init; }

    /// <summary>The event, byte for byte as every attempt sends it.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>When the sender began to seal the message: a time stamp of the platform's clock.</summary>
    public required long BegunAt { get; init; }

    /// <summary>When the event was ready to be sent: a time stamp of the platform's clock.</summary>
    public required long ReadyAt { get; init; }

    /// <summary>The attempts so far, in order.</summary>
    public IReadOnlyList<DeliveryAttempt> Attempts
    {
        get
        {
            lock (_attempts)
            {
                return [.. _attempts];
            }
        }
    }

    /// <summary>Whether the agent's webhook took it: some attempt was answered 2xx.</summary>
    public bool IsAccepted => Attempts.Any(static attempt => attempt.IsAccepted);

    /// <summary>A delivery of other bytes under the same id.</summary>
    public Delivery WithBody(ReadOnlyMemory<byte> body) =>
        new() { Id = Id, MessageId = MessageId, Agent = Agent, Body = body, BegunAt = BegunAt, ReadyAt = ReadyAt };

    internal void Add(DeliveryAttempt attempt)
    {
        lock (_attempts)
        {
            _attempts.Add(attempt);
        }
    }
}
