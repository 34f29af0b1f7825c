using Microsoft.Extensions.AI;

namespace Hashee.Agents;

/// <summary>What a store knows of a conversation when a turn begins, and what the turn makes of it.</summary>
internal interface ISession
{
    /// <summary>Earlier turns, the oldest first.</summary>
    IReadOnlyList<Turn> History { get; }

    /// <summary>The state as JSON in UTF-8; empty when there is none. What is set is saved when the turn is committed.</summary>
    /// <exception cref="ConversationException">It is set, and cannot be saved.</exception>
    ReadOnlyMemory<byte> State { get; set; }

    /// <summary>
    /// What this turn has said: at first what an earlier receive of the same message left unfinished, else nothing. Kept as the turn's messages; when it stays
    /// empty, the message's text and the reply are kept.
    /// </summary>
    IList<ChatMessage> Messages { get; }

    /// <summary>Whether the turn can be left unfinished with <see cref="UnfinishedTurnException"/> and be gone on with at the next receive.</summary>
    bool CanContinue { get; }

    /// <summary>The session's files, where the store keeps any.</summary>
    ISessionFiles? Files { get; }

    /// <summary>Counts tokens that the turn has used.</summary>
    void AddUsage(long inputTokens, long outputTokens);
}
