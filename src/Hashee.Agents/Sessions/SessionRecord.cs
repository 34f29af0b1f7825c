namespace Hashee.Agents.Sessions;

/// <summary>What a store keeps of a session in one place, which is read when a lease is taken and written by one conditional write.</summary>
internal sealed record SessionRecord
{
    /// <summary>The newest form of records that this version reads and writes.</summary>
    public const int Newest = 1;

    /// <summary>The session's key, such as <c>hashee:…</c>.</summary>
    public required string Key { get; init; }

    /// <summary>Grows with every lease: who writes with an older one writes nothing.</summary>
    public required long Fence { get; init; }

    /// <summary>The form of this record.</summary>
    public int Version { get; init; } = Newest;

    /// <summary>A UUID (version 7); empty until a session has begun.</summary>
    public string SessionId { get; init; } = "";

    /// <summary>The number of the last turn before this session, which an earlier one with the same key had; 0 when there was none.</summary>
    public long Before { get; init; }

    /// <summary>The number of the last turn that is committed.</summary>
    public long Turns { get; init; }

    /// <summary>The JSON of the last turn, of an unfinished one that follows it, or null.</summary>
    public string? LastTurn { get; init; }

    /// <summary>The conversation's state as JSON; null when there is none.</summary>
    public string? State { get; init; }

    /// <summary>The ids of what caused the last 64 turns, the newest last.</summary>
    public IReadOnlyList<string> Causes { get; init; } = [];

    /// <summary>The session's files by name, where the store keeps any.</summary>
    public IReadOnlyDictionary<string, StoredFile> Files { get; init; } = new Dictionary<string, StoredFile>();

    /// <summary>When it was written, in Unix milliseconds.</summary>
    public long UpdatedAt { get; init; }

    /// <summary>When it is no longer there, in Unix seconds.</summary>
    public long Ttl { get; init; }

    /// <summary>Whose session it is, never what was said.</summary>
    public override string ToString() => $"session {SessionId}";
}

/// <summary>Where a file of a session is.</summary>
/// <param name="Key">Its key in the store for files.</param>
/// <param name="ETag">What that store says of its content.</param>
/// <param name="At">When it was written, in Unix milliseconds.</param>
internal sealed record StoredFile(string Key, string ETag, long At);

/// <summary>What is asked for with a lease.</summary>
/// <param name="Owner">Whose it is: unique, so that the same request may come twice.</param>
/// <param name="Now">The time, in Unix milliseconds.</param>
/// <param name="Until">When it ends by itself, in Unix milliseconds.</param>
/// <param name="Ttl">When a record that is made for it is no longer there, in Unix seconds.</param>
internal sealed record Lease(string Owner, long Now, long Until, long Ttl);
