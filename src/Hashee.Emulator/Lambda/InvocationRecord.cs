namespace Hashee.Emulator.Lambda;

/// <summary>When an invocation that reached an instance did what. Timestamps are those of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
internal sealed record InvocationRecord
{
    public required string FunctionName { get; init; }

    public required string InstanceId { get; init; }

    public required string RequestId { get; init; }

    public required InvocationOutcome Outcome { get; init; }

    /// <summary>Whether the instance was started for this invocation.</summary>
    public bool Cold => Init is not null;

    /// <summary>From just before exec to the first request for an event; null for a warm instance.</summary>
    public required TimeSpan? Init { get; init; }

    /// <summary>From handing the event out to the response.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>When the invocation was asked for.</summary>
    public required long RequestedAt { get; init; }

    /// <summary>When the event was handed out.</summary>
    public required long StartedAt { get; init; }

    /// <summary>When the response was there.</summary>
    public required long CompletedAt { get; init; }
}
