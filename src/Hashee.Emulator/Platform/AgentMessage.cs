using System.Text.Json;

namespace Hashee.Emulator.Platform;

/// <summary>A message that an agent posted and the platform accepted.</summary>
internal sealed class AgentMessage
{
    private int _repetitions;

    /// <summary>The id the platform gave it.</summary>
    public required string Id { get; init; }

    public required Conversation Conversation { get; init; }

    /// <summary>Its place in the conversation, counting the agent's messages from 1.</summary>
    public required int Sequence { get; init; }

    /// <summary>The agent's idempotency key, if it sent one.</summary>
    public required string? ClientMessageId { get; init; }

    /// <summary>The payload as posted, or as the users' devices opened it; <see langword="null"/> when no device could.</summary>
    public required JsonElement? Payload { get; init; }

    /// <summary>Whether it came as <c>encrypted_payload</c>.</summary>
    public required bool IsSealed { get; init; }

    /// <summary>The devices that could open a sealed message; empty for a plain one.</summary>
    public required IReadOnlyList<Device> OpenedBy { get; init; }

    /// <summary>When its request arrived: a time stamp of the platform's clock.</summary>
    public required long ArrivedAt { get; init; }

    /// <summary>The text of a <c>text</c> message.</summary>
    public string? Text => Payload is { } payload && payload.TryGetProperty("text", out JsonElement text) ? text.GetString() : null;

    /// <summary>How often the same client message id came again, each time answered with this message.</summary>
    public int Repetitions => Volatile.Read(ref _repetitions);

    internal void CountRepetition() => Interlocked.Increment(ref _repetitions);
}
