using Hashee.Agents.Sessions;
using Hashee.Host;

namespace Hashee.Agents.Tests.Sessions;

/// <summary>Stands between sessions and their store, knows each request, and may do with it what it wants.</summary>
internal sealed class WatchedStore(ISessionRecords records, ITurnItems? items, ISessionObjects? objects) : ISessionRecords, ITurnItems, ISessionObjects
{
    private readonly Lock _gate = new();
    private readonly List<string> _requests = [];

    /// <summary>What is done around each request, by its name.</summary>
    public Func<string, Func<Task>, Task> Around { get; set; } = static (_, request) => request();

    /// <summary>The names of all requests, in order.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_gate)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>Told of each record that was written.</summary>
    public Action<SessionRecord> Written { get; set; } = static _ => { };

    /// <summary>Told of each record whose lease was taken.</summary>
    public Action<SessionRecord> Taken { get; set; } = static _ => { };

    public SessionStore NewStore(TimeProvider clock, int turns = 20, TimeSpan? timeToLive = null) => new(
        this, items is null ? null : this, objects is null ? null : new CachedObjects(this), turns, timeToLive ?? TimeSpan.FromDays(25), clock);

    public void Connect(TimeSpan limit) => throw new NotSupportedException();

    public ValueTask<(SessionRecord? Record, long BusyUntil)> TakeAsync(string key, Lease lease, TimeLimit limit) =>
        RunAsync("take", async () =>
        {
            (SessionRecord? Record, long) taken = await records.TakeAsync(key, lease, limit);
            if (taken.Record is { } record)
            {
                Taken(record);
            }

            return taken;
        });

    public ValueTask<bool> WriteAsync(SessionRecord record, TimeLimit limit) => RunAsync("write", async () =>
    {
        bool isWritten = await records.WriteAsync(record, limit);
        if (isWritten)
        {
            Written(record);
        }

        return isWritten;
    });

    public async ValueTask ReleaseAsync(string key, long fence, TimeLimit limit) => await RunAsync("release", async () =>
    {
        await records.ReleaseAsync(key, fence, limit);
        return true;
    });

    public ValueTask<IReadOnlyList<string>> ReadAsync(string key, long from, long to, long now, TimeLimit limit) =>
        RunAsync("read turns", () => items!.ReadAsync(key, from, to, now, limit));

    public async ValueTask WriteAsync(string key, long number, string json, long createdAt, long ttl, TimeLimit limit) =>
        await RunAsync("write turn", async () =>
        {
            await items!.WriteAsync(key, number, json, createdAt, ttl, limit);
            return true;
        });

    public ValueTask<ReadOnlyMemory<byte>?> GetAsync(StoredFile file, TimeLimit limit) =>
        RunAsync($"get {NameOf(file.Key)}", () => objects!.GetAsync(file, limit));

    public ValueTask<string> PutAsync(string key, ReadOnlyMemory<byte> content, TimeLimit limit) =>
        RunAsync($"put {NameOf(key)}", () => objects!.PutAsync(key, content, limit));

    public async ValueTask DeleteAsync(string key, TimeLimit limit) => await RunAsync($"delete {NameOf(key)}", async () =>
    {
        await objects!.DeleteAsync(key, limit);
        return true;
    });

    private static string NameOf(string key) => key[(key.LastIndexOf('/') + 1)..];

    private async ValueTask<T> RunAsync<T>(string name, Func<ValueTask<T>> request)
    {
        lock (_gate)
        {
            _requests.Add(name);
        }

        T answer = default!;
        await Around(name, async () => answer = await request());
        return answer;
    }
}

/// <summary>The end of a process.</summary>
internal sealed class CrashException() : Exception("The worker is gone.");
