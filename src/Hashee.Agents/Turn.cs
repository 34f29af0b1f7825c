namespace Hashee.Agents;

/// <summary>One earlier message of a conversation and what the agent answered.</summary>
/// <param name="Id">The message's id.</param>
/// <param name="At">When it was answered.</param>
/// <param name="Text">What the user wrote; null for a message without a text.</param>
/// <param name="Reply">What the agent answered; null when it had no reply.</param>
public sealed record Turn(string Id, DateTimeOffset At, string? Text, string? Reply)
{
    /// <summary>The turn's id, never what was said.</summary>
    public override string ToString() => $"turn {Id}";
}
