using Hashee.Host;

namespace Hashee.Agents.Sessions;

/// <summary>Where records of sessions are. What cannot be done is a <see cref="SessionException"/>.</summary>
internal interface ISessionRecords
{
    /// <summary>Makes ready what takes time, in INIT. A failure is logged and changes nothing.</summary>
    void Connect(TimeSpan limit);

    /// <summary>
    /// Takes the lease of a session that nobody holds, or whose lease has passed, and counts its fence up; makes the record when there is none.
    /// </summary>
    /// <returns>The record as it is then, or null with the end of somebody else's lease in Unix milliseconds.</returns>
    ValueTask<(SessionRecord? Record, long BusyUntil)> TakeAsync(string key, Lease lease, TimeLimit limit);

    /// <summary>Writes a record and gives the lease back, if its fence is still the newest.</summary>
    /// <returns>False when it is not: nothing is written.</returns>
    ValueTask<bool> WriteAsync(SessionRecord record, TimeLimit limit);

    /// <summary>Gives the lease back and changes nothing else; does nothing when the fence is no longer the newest.</summary>
    ValueTask ReleaseAsync(string key, long fence, TimeLimit limit);
}

/// <summary>Where turns are that a record has no room for, by their numbers.</summary>
internal interface ITurnItems
{
    /// <summary>Reads turns.</summary>
    /// <param name="key">The session's key.</param>
    /// <param name="from">The first number.</param>
    /// <param name="to">The last number.</param>
    /// <param name="now">Those whose time is over are left out; Unix seconds.</param>
    /// <param name="limit">By when.</param>
    /// <returns>Their JSON, the oldest first.</returns>
    ValueTask<IReadOnlyList<string>> ReadAsync(string key, long from, long to, long now, TimeLimit limit);

    /// <summary>Writes a turn; that it is there already changes nothing.</summary>
    ValueTask WriteAsync(string key, long number, string json, long createdAt, long ttl, TimeLimit limit);
}

/// <summary>Where files of sessions are. A key is written with one content only. What cannot be done is a <see cref="SessionException"/>.</summary>
internal interface ISessionObjects
{
    /// <inheritdoc cref="ISessionRecords.Connect"/>
    void Connect(TimeSpan limit);

    /// <returns>The content; null when it is gone.</returns>
    ValueTask<ReadOnlyMemory<byte>?> GetAsync(StoredFile file, TimeLimit limit);

    /// <returns>The ETag.</returns>
    ValueTask<string> PutAsync(string key, ReadOnlyMemory<byte> content, TimeLimit limit);

    /// <summary>Deletes a file; that there is none is no failure.</summary>
    ValueTask DeleteAsync(string key, TimeLimit limit);
}
