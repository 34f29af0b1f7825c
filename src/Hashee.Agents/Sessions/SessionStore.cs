using System.Text;
using System.Text.Json;
using Hashee.Agents.Steps;
using Hashee.Host;

namespace Hashee.Agents.Sessions;

/// <summary>
/// Sessions under leases. One conditional write commits a turn: whatever goes ahead of it is of no consequence without it, and whatever follows it can be
/// done by anybody later, or not at all.
/// </summary>
/// <param name="records">Where records are.</param>
/// <param name="items">Where earlier turns are; null when they are in the conversation's file.</param>
/// <param name="objects">Where files are; null when there are none.</param>
/// <param name="historyTurns">How many earlier turns are read.</param>
/// <param name="timeToLive">How long a session is kept after its last turn.</param>
/// <param name="clock">Tells the time.</param>
internal sealed class SessionStore(
    ISessionRecords records, ITurnItems? items, ISessionObjects? objects, int historyTurns, TimeSpan timeToLive, TimeProvider clock)
{
    /// <summary>The file with all turns, one JSON object in each line.</summary>
    public const string ConversationFile = "conversation.jsonl";

    private const int CausesKept = 64;
    private const int LinesKept = 200;
    private const int LargestConversation = 16 * 1024 * 1024;

    private static readonly TimeSpan LeaseReserve = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestLease = TimeSpan.FromMinutes(16);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>Whether sessions have files.</summary>
    public bool HasFiles => objects is not null;

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Connects, in INIT. A failure is logged and changes nothing.</summary>
    public void Connect(TimeSpan limit)
    {
        Task files = objects is null ? Task.CompletedTask : Task.Run(() => objects.Connect(limit));
        records.Connect(limit);
        files.GetAwaiter().GetResult();
    }

    /// <summary>Takes a session's lease until the deadline and finds out what is to be done.</summary>
    /// <param name="key">The session's key, such as <c>hashee:…</c>.</param>
    /// <param name="causeId">The id of what caused it; the same however often it is tried.</param>
    /// <param name="limit">By when the turn has to be over.</param>
    /// <exception cref="SessionException">The store is away, or has what this version does not understand.</exception>
    public async ValueTask<SessionStart> BeginAsync(string key, string causeId, TimeLimit limit)
    {
        using Step step = Step.Begin(StepKind.Session, "load");
        try
        {
            return await TakeAsync(key, causeId, limit);
        }
        catch (SessionException e)
        {
            step.Fail(e.Failure.Code);
            throw;
        }
    }

    /// <summary>Writes a turn: the files first, then the record, which decides.</summary>
    /// <param name="content">The session as it was opened.</param>
    /// <param name="turn">The turn; one that is pending is not counted.</param>
    /// <param name="state">The state from now on; of no meaning for a pending turn.</param>
    /// <param name="changes">What files hold from now on.</param>
    /// <param name="limit">By when.</param>
    /// <exception cref="SessionException">It is not written, as far as this worker knows.</exception>
    public async ValueTask WriteAsync(
        SessionContent content,
        StoredTurn turn,
        ReadOnlyMemory<byte> state,
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> changes,
        TimeLimit limit)
    {
        using Step step = Step.Begin(StepKind.Session, "save");
        try
        {
            await SaveAsync(content, turn, state, changes, limit);
        }
        catch (SessionException e)
        {
            step.Fail(e.Failure.Code);
            throw;
        }
    }

    /// <summary>Gives a lease back. A failure is logged: the lease passes by itself.</summary>
    public async ValueTask TryReleaseAsync(SessionRecord record, TimeLimit limit)
    {
        try
        {
            await records.ReleaseAsync(record.Key, record.Fence, limit);
        }
        catch (Exception e) when (e is SessionException or OperationCanceledException)
        {
            Log.Warn("A session's lease is not given back; it passes by itself.", new("sessionId", record.SessionId), new("reason", ReasonOf(e)));
        }
    }

    /// <summary>Deletes files that nothing names any more. A failure is logged: the bucket's lifecycle deletes them.</summary>
    public async ValueTask CleanUpAsync(SessionContent content, TimeLimit limit)
    {
        try
        {
            await Task.WhenAll(content.Unneeded.Select(key => objects!.DeleteAsync(key, limit).AsTask()));
        }
        catch (Exception e) when (e is SessionException or OperationCanceledException)
        {
            Log.Warn("Old files of a session are not deleted.", new("sessionId", content.Record.SessionId), new("reason", ReasonOf(e)));
        }
    }

    private static string ReasonOf(Exception e) => e is SessionException ? e.Message : "the time is over";

    private static StoredTurn ReadTurn(ReadOnlyMemory<byte> json)
    {
        try
        {
            return StoredTurn.Read(json);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw SessionException.Unreadable("a turn of the session");
        }
    }

    private static StoredTurn ReadTurn(string json) => ReadTurn(Encoding.UTF8.GetBytes(json));

    private static byte[] WriteConversation(IReadOnlyList<string> lines, ReadOnlyMemory<byte> newest)
    {
        int first = Math.Max(0, lines.Count - (LinesKept - 1));
        long length = lines.Skip(first).Sum(static line => (long)Encoding.UTF8.GetByteCount(line) + 1) + newest.Length + 1;
        while (first < lines.Count && length > LargestConversation)
        {
            length -= Encoding.UTF8.GetByteCount(lines[first++]) + 1;
        }

        using MemoryStream content = new((int)length);
        foreach (string line in lines.Skip(first))
        {
            content.Write(Encoding.UTF8.GetBytes(line));
            content.WriteByte((byte)'\n');
        }

        content.Write(newest.Span);
        content.WriteByte((byte)'\n');
        return content.ToArray();
    }

    private async ValueTask SaveAsync(
        SessionContent content,
        StoredTurn turn,
        ReadOnlyMemory<byte> state,
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> changes,
        TimeLimit limit)
    {
        long now = Now;
        SessionRecord record = content.Record;
        turn = turn with { At = now, IsInFile = false };
        ReadOnlyMemory<byte> json = turn.ToJson();
        Dictionary<string, ReadOnlyMemory<byte>> toWrite = new(changes, StringComparer.Ordinal);
        if (objects is null)
        {
            json = json.Length > TurnFit.Largest ? TurnFit.Shrink(turn) : json;
        }
        else if (!turn.IsPending || json.Length > TurnFit.Largest)
        {
            toWrite[ConversationFile] = WriteConversation(content.Lines, json);
            json = json.Length > TurnFit.Largest ? TurnFit.Note(turn).ToJson() : json;
        }

        if (items is not null && content.Last is { IsPending: false } last)
        {
            await items.WriteAsync(record.Key, record.Turns, record.LastTurn!, last.At, EndOf(now), limit);
        }

        Dictionary<string, StoredFile> files = await WriteFilesAsync(content, toWrite, now, limit);
        SessionRecord next = record with
        {
            Turns = turn.IsPending ? record.Turns : record.Turns + 1,
            LastTurn = Encoding.UTF8.GetString(json.Span),
            State = turn.IsPending ? record.State : state.IsEmpty ? null : Encoding.UTF8.GetString(state.Span),
            Causes = turn.IsPending ? record.Causes : [.. record.Causes.TakeLast(CausesKept - 1), turn.Id],
            Files = files,
            UpdatedAt = now,
            Ttl = EndOf(now),
        };
        if (!await records.WriteAsync(next, limit))
        {
            throw new SessionException(new Failure(
                FailureKind.World, "session_lost", "another worker has taken the session meanwhile: the turn is discarded", TimeSpan.FromSeconds(1)));
        }

        content.Unneeded.AddRange(content.OldKeys.Except(files.Values.Select(static file => file.Key)));
    }

    private long EndOf(long now) => (now / 1_000) + (long)timeToLive.TotalSeconds;

    private async ValueTask<SessionStart> TakeAsync(string key, string causeId, TimeLimit limit)
    {
        long now = Now;
        TimeSpan lease = limit.Deadline.Remaining < LongestLease ? limit.Deadline.Remaining + LeaseReserve : LongestLease;
        (SessionRecord? record, long busyUntil) = await records.TakeAsync(
            key, new Lease(Guid.NewGuid().ToString("N"), now, now + (long)lease.TotalMilliseconds, EndOf(now)), limit);
        if (record is null)
        {
            return new SessionStart(
                SessionStartKind.Busy, Wait: TimeSpan.FromMilliseconds(Math.Clamp(busyUntil - now, 1_000, LongestWait.TotalMilliseconds)));
        }

        bool isOpen = false;
        try
        {
            SessionStart start = await OpenAsync(record, causeId, now, limit);
            isOpen = start.Kind == SessionStartKind.Run;
            return start;
        }
        finally
        {
            if (!isOpen)
            {
                await TryReleaseAsync(record, limit);
            }
        }
    }

    private async ValueTask<SessionStart> OpenAsync(SessionRecord taken, string causeId, long now, TimeLimit limit)
    {
        if (taken.Version > SessionRecord.Newest)
        {
            throw new SessionException(new Failure(
                FailureKind.World,
                "session_too_new",
                $"the session was written by a newer version of this worker (form {taken.Version}, this one knows {SessionRecord.Newest}): deploy that one"));
        }

        bool isNew = taken.SessionId.Length == 0 || taken.Ttl <= now / 1_000;
        SessionRecord record = isNew ? Renew(taken) : taken;
        SessionContent content = new(record)
        {
            Last = record.LastTurn is null ? null : ReadTurn(record.LastTurn),
            OldKeys = [.. taken.Files.Values.Select(static file => file.Key)],
        };
        if (record.Causes.Contains(causeId))
        {
            return content.Last is { IsPending: false, IsInFile: false } last && last.Id == causeId
                ? new SessionStart(SessionStartKind.Repeat, Turn: last)
                : record.Causes[^1] == causeId && await FindLastAsync(content, now, limit) is { } whole
                ? new SessionStart(SessionStartKind.Repeat, Turn: whole)
                : new SessionStart(SessionStartKind.Past);
        }

        content = await LoadAsync(content, now, limit);
        StoredTurn turn = content.Last is { IsPending: true } pending && pending.Id == causeId ? pending : new StoredTurn { Id = causeId };
        return new SessionStart(SessionStartKind.Run, new OpenSession(this, content, turn));
    }

    /// <summary>A new session with the same key. Turns are numbered on, so that what a slow worker writes of the old one is nowhere in the new one.</summary>
    private static SessionRecord Renew(SessionRecord old) => old with
    {
        SessionId = Guid.CreateVersion7().ToString(),
        Before = old.Turns,
        LastTurn = null,
        State = null,
        Files = new Dictionary<string, StoredFile>(),
    };

    private async ValueTask<SessionContent> LoadAsync(SessionContent content, long now, TimeLimit limit)
    {
        if (objects is null)
        {
            return content with { History = await ReadItemsAsync(content, now, limit) };
        }

        if (await ReadFilesAsync(content, limit) is not { } files)
        {
            Log.Warn("A file of the session is gone: a new session begins.", new LogField("sessionId", content.Record.SessionId));
            return content with { Record = Renew(content.Record), Last = null };
        }

        List<string> lines = ReadLines(files);
        StoredTurn? last = content.Last;
        if (last is { IsInFile: true })
        {
            last = Find(lines, last) ?? throw SessionException.Unreadable("the conversation of the session");
        }

        if (last is { IsPending: true } && lines.Count > 0 && ReadTurn(lines[^1]).IsPending)
        {
            lines.RemoveAt(lines.Count - 1);
        }

        return content with
        {
            Files = files,
            Lines = lines,
            Last = last,
            History = [.. lines.TakeLast(historyTurns).Select(ReadTurn)],
        };
    }

    /// <summary>
    /// The last turn that is committed, where the record does not have all of it: it was too large, or an unfinished one stands there. When the file is gone,
    /// as much as the record has.
    /// </summary>
    private async ValueTask<StoredTurn?> FindLastAsync(SessionContent content, long now, TimeLimit limit)
    {
        SessionRecord record = content.Record;
        IEnumerable<string> newest = objects is null
            ? await items!.ReadAsync(record.Key, record.Turns, record.Turns, now / 1_000, limit)
            : await ReadFilesAsync(content, limit) is { } files ? ReadLines(files).TakeLast(2) : [];
        return newest.Select(ReadTurn).LastOrDefault(turn => !turn.IsPending && turn.Id == record.Causes[^1])
            ?? (content.Last is { IsPending: false } ? content.Last : null);
    }

    private static List<string> ReadLines(Dictionary<string, ReadOnlyMemory<byte>> files) =>
        [.. Encoding.UTF8.GetString(files.GetValueOrDefault(ConversationFile).Span).Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    private static StoredTurn? Find(List<string> lines, StoredTurn note) =>
        lines.Count > 0 && ReadTurn(lines[^1]) is var whole && whole.Id == note.Id && whole.IsPending == note.IsPending ? whole : null;

    private async ValueTask<IReadOnlyList<StoredTurn>> ReadItemsAsync(SessionContent content, long now, TimeLimit limit)
    {
        SessionRecord record = content.Record;
        StoredTurn[] newest = content.Last is { IsPending: false } last ? [last] : [];
        long to = record.Turns - newest.Length;
        long from = Math.Max(record.Before + 1, to - historyTurns + newest.Length + 1);
        if (historyTurns == 0)
        {
            return [];
        }

        return from > to ? newest : [.. (await items!.ReadAsync(record.Key, from, to, now / 1_000, limit)).Select(ReadTurn), .. newest];
    }

    /// <returns>Null when one of them is gone.</returns>
    private async ValueTask<Dictionary<string, ReadOnlyMemory<byte>>?> ReadFilesAsync(SessionContent content, TimeLimit limit)
    {
        (string Name, ReadOnlyMemory<byte>? Content)[] read = await Task.WhenAll(content.Record.Files.Select(
            async file => (file.Key, await objects!.GetAsync(file.Value, limit))));
        Dictionary<string, ReadOnlyMemory<byte>> files = new(StringComparer.Ordinal);
        foreach ((string name, ReadOnlyMemory<byte>? found) in read)
        {
            if (found is not { } bytes)
            {
                return null;
            }

            files[name] = bytes;
        }

        return files;
    }

    /// <summary>
    /// Writes the files that have changed, under the fence, where nobody looks before the record names them; and those that are so old that the bucket's
    /// lifecycle could delete them while the session lives.
    /// </summary>
    private async ValueTask<Dictionary<string, StoredFile>> WriteFilesAsync(
        SessionContent content, Dictionary<string, ReadOnlyMemory<byte>> changes, long now, TimeLimit limit)
    {
        SessionRecord record = content.Record;
        Dictionary<string, StoredFile> files = new(record.Files, StringComparer.Ordinal);
        foreach ((string name, StoredFile file) in record.Files)
        {
            if (changes.TryGetValue(name, out ReadOnlyMemory<byte> changed))
            {
                if (changed.Span.SequenceEqual(content.Files[name].Span))
                {
                    changes.Remove(name);
                }
            }
            else if (now - file.At > timeToLive.TotalMilliseconds)
            {
                changes[name] = content.Files[name];
            }
        }

        await Task.WhenAll(changes.Where(static change => !change.Value.IsEmpty).Select(async change =>
        {
            string key = $"sessions/{record.SessionId}/{record.Fence}/{change.Key}";
            string eTag = await objects!.PutAsync(key, change.Value, limit);
            lock (files)
            {
                files[change.Key] = new StoredFile(key, eTag, now);
            }
        }));
        foreach ((string name, _) in changes.Where(static change => change.Value.IsEmpty))
        {
            files.Remove(name);
        }

        return files;
    }
}
