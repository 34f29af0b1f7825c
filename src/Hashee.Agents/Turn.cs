using Microsoft.Extensions.AI;

namespace Hashee.Agents;

/// <summary>One earlier message of a conversation and what the agent answered.</summary>
/// <param name="Id">The message's id.</param>
/// <param name="At">When it was answered.</param>
/// <param name="Text">What the user wrote; null for a message without a text.</param>
/// <param name="Reply">What the agent answered; null when it had no reply.</param>
public sealed record Turn(string Id, DateTimeOffset At, string? Text, string? Reply)
{
    /// <summary>All that was said in it, tool calls and their results included: as the agent left it, or else the text and the reply.</summary>
    public IReadOnlyList<ChatMessage> Messages
    {
        get => field ??= Said();
        init;
    }

    /// <summary>The turn's id, never what was said.</summary>
    public override string ToString() => $"turn {Id}";

    private List<ChatMessage> Said()
    {
        List<ChatMessage> said = [];
        if (Text is not null)
        {
            said.Add(new ChatMessage(ChatRole.User, Text));
        }

        if (Reply is not null)
        {
            said.Add(new ChatMessage(ChatRole.Assistant, Reply));
        }

        return said;
    }
}
