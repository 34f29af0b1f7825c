namespace Hashee.Agents.Sessions;

/// <summary>What a store knows of a session when its lease is taken.</summary>
/// <param name="Record">Its record; that of a new session where the old one is over.</param>
internal sealed record SessionContent(SessionRecord Record)
{
    /// <summary>The last turn, or an unfinished one that follows it; null when there is none.</summary>
    public StoredTurn? Last { get; init; }

    /// <summary>Earlier turns that are committed, the oldest first, as many as are wanted.</summary>
    public IReadOnlyList<StoredTurn> History { get; init; } = [];

    /// <summary>The lines of the conversation's file that are turns that are committed, where there is such a file.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];

    /// <summary>The contents of the session's files.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files { get; init; } = new Dictionary<string, ReadOnlyMemory<byte>>();

    /// <summary>The keys of files that may be deleted when a write has succeeded, those that it names aside.</summary>
    public IReadOnlyList<string> OldKeys { get; init; } = [];

    /// <summary>The keys of files that nothing names any more; filled by a write that has succeeded.</summary>
    public List<string> Unneeded { get; } = [];
}
