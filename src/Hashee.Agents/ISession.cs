namespace Hashee.Agents;

/// <summary>What a store knows of a conversation when a turn begins, and what the turn makes of it.</summary>
internal interface ISession
{
    /// <summary>Earlier turns, the oldest first.</summary>
    IReadOnlyList<Turn> History { get; }

    /// <summary>The state as JSON in UTF-8; empty when there is none. What is set is saved when the turn is committed.</summary>
    /// <exception cref="ConversationException">It is set, and cannot be saved.</exception>
    ReadOnlyMemory<byte> State { get; set; }
}
