using System.Globalization;
using System.Text;
using Hashee.Agents.Sessions;
using Hashee.Host;
using Microsoft.Extensions.AI;

namespace Hashee.Agents.Tests.Sessions;

/// <summary>
/// One conversation and several workers, whose requests go on one at a time, in an order that a seed decides; any of them may be where a worker ends, or
/// where the network does. Clocks differ by up to a minute, leases run out. What must hold is checked at every write.
/// </summary>
/// <param name="bench">Where the session is.</param>
/// <param name="seed">Decides everything.</param>
internal sealed class SessionWorld(StoreBench bench, int seed)
{
    private const int Messages = 6;
    private const int Steps = 220;

    private readonly Random _random = new(seed);
    private readonly string _key = $"model:{Guid.NewGuid()}";
    private readonly List<Gate> _waiting = [];
    private readonly List<string> _committed = [];
    private readonly HashSet<string> _acknowledged = [];
    private readonly Dictionary<string, HashSet<string>> _sent = [];
    private readonly WatchedStore _place = bench.NewWorker();
    private (string Id, int Messages)? _pending;
    private long _fence;
    private SessionRecord? _record;

    private static TimeLimit Never => new(Deadline.Never, CancellationToken.None);

    /// <summary>Lets the workers run, and afterwards one alone, which has to find everything as it should be.</summary>
    public async Task RunAsync()
    {
        Worker[] workers = [.. Enumerable.Range(0, 3).Select(_ => new Worker(this))];
        for (int step = 0; step < Steps; step++)
        {
            if (_random.Next(12) == 0)
            {
                bench.Clock.Advance(TimeSpan.FromSeconds(_random.Next(4) switch { 0 => 1_000, 1 => 900, _ => 20 }));
            }

            await StepAsync(workers);
        }

        foreach (Worker worker in workers)
        {
            await worker.EndAsync();
        }

        bench.Clock.Advance(TimeSpan.FromMinutes(30));
        await FinishAsync();
    }

    private async Task StepAsync(Worker[] workers)
    {
        Worker[] idle = [.. workers.Where(static worker => worker.IsIdle)];
        if (idle.Length > 0 && (_waiting.Count == 0 || _random.Next(4) == 0))
        {
            string[] open = [.. Enumerable.Range(0, Messages).Select(NameOf).Where(id => !_acknowledged.Contains(id)).Take(2)];
            string[] choice = open.Length == 0 || (_acknowledged.Count > 0 && _random.Next(6) == 0) ? [.. _acknowledged.Order(StringComparer.Ordinal)] : open;
            idle[_random.Next(idle.Length)].Begin(choice[_random.Next(choice.Length)]);
        }
        else if (_waiting.Count > 0)
        {
            Gate gate = _waiting[_random.Next(_waiting.Count)];
            _waiting.Remove(gate);
            await gate.OpenAsync(_random.Next(30));
        }

        foreach (Worker worker in workers)
        {
            await worker.SettleAsync(_waiting);
        }
    }

    /// <summary>Everything is answered in the end, once, and in the order in which it was committed.</summary>
    private async Task FinishAsync()
    {
        SessionStore store = _place.NewStore(bench.Clock);
        for (int i = 0; i < Messages; i++)
        {
            string id = NameOf(i);
            SessionStart start = await store.BeginAsync(_key, id, Never);
            Assert.Equal(
                !_committed.Contains(id) ? SessionStartKind.Run : id == _committed[^1] ? SessionStartKind.Repeat : SessionStartKind.Past, start.Kind);
            if (start.Session is { } session)
            {
                await CommitAsync(session, id);
                _committed.Add(id);
            }
            else if (start.Turn is { } turn)
            {
                Send(id, turn.Reply!);
            }
        }

        OpenSession last = (await store.BeginAsync(_key, "last", Never)).Session!;
        Assert.Equal(_committed, last.History.Select(static turn => turn.Id));
        Assert.Equal(Messages, _committed.Distinct().Count());
        Assert.Equal(Messages, CountIn(last.State));
        Assert.All(_sent.Values, static replies => Assert.Single(replies));
        await CheckFilesAsync(last.Content.Record);
    }

    private static string NameOf(int index) => $"m{index + 1}";

    private static int CountIn(ReadOnlyMemory<byte> state) =>
        state.IsEmpty ? 0 : int.Parse(Encoding.UTF8.GetString(state.Span), CultureInfo.InvariantCulture);

    private static async Task CommitAsync(OpenSession session, string id)
    {
        byte[] count = Encoding.UTF8.GetBytes((CountIn(session.State) + 1).ToString(CultureInfo.InvariantCulture));
        session.State = count;
        session.Files?.Write("todos.json", count);
        await session.CommitAsync($"text of {id}", $"reply to {id} as number {Encoding.UTF8.GetString(count)}", 0, Never);
    }

    private void Send(string id, string reply)
    {
        Assert.Contains(id, _committed);
        if (!_sent.TryGetValue(id, out HashSet<string>? replies))
        {
            _sent[id] = replies = [];
        }

        replies.Add(reply);
    }

    private void OnWritten(SessionRecord record)
    {
        StoredTurn turn = StoredTurn.Read(record.LastTurn!);
        Assert.Equal(_fence, record.Fence);
        _record = record;
        _pending = turn.IsPending ? (turn.Id, turn.Messages.Count) : null;
        if (!turn.IsPending)
        {
            Assert.DoesNotContain(turn.Id, _committed);
            _committed.Add(turn.Id);
            Assert.Equal(_committed.Count, record.Turns);
            Assert.Equal(_committed.Count.ToString(CultureInfo.InvariantCulture), record.State);
        }
        else
        {
            Assert.Equal(_committed.Count, record.Turns);
        }
    }

    /// <summary>What the record names is there.</summary>
    private async Task CheckFilesAsync(SessionRecord record)
    {
        foreach (StoredFile file in record.Files.Values)
        {
            Assert.NotNull(await _place.GetAsync(file, Never));
        }
    }

    /// <summary>A request that waits for its turn.</summary>
    private sealed class Gate(SessionWorld world, Worker worker, Func<Task> request)
    {
        private readonly TaskCompletionSource _opened = new();

        public Task Opened => _opened.Task;

        public Worker Worker => worker;

        public async Task OpenAsync(int fate)
        {
            if (fate == 0)
            {
                worker.IsGone = true;
                _opened.SetException(new CrashException());
                return;
            }

            if (fate == 1)
            {
                _opened.SetException(SessionException.Away("it cannot be reached", "nobody answers"));
                return;
            }

            try
            {
                await request();
            }
            catch (SessionException e)
            {
                _opened.SetException(e);
                return;
            }

            if (world._record is { } record)
            {
                await world.CheckFilesAsync(record);
            }

            switch (fate)
            {
                case 2:
                    worker.IsGone = true;
                    _opened.SetException(new CrashException());
                    break;
                case 3:
                    _opened.SetException(SessionException.Away("it was done, but who knows", "the answer is lost"));
                    break;
                default:
                    _opened.SetResult();
                    break;
            }
        }
    }

    /// <summary>A process that handles one message at a time.</summary>
    private sealed class Worker
    {
        private readonly SessionWorld _world;
        private SessionStore _store;
        private Task _work = Task.CompletedTask;
        private string[] _committedThen = [];
        private (string Id, int Messages)? _pendingThen;
        private long _fenceThen;

        public Worker(SessionWorld world)
        {
            _world = world;
            _store = NewStore();
        }

        public bool IsGone { get; set; }

        public bool IsIdle => _work.IsCompleted;

        public void Begin(string id) => _work = HandleAsync(id);

        /// <summary>Waits until it waits; one that is gone comes back as another process.</summary>
        public async Task SettleAsync(List<Gate> waiting)
        {
            while (!_work.IsCompleted && !waiting.Exists(gate => gate.Worker == this))
            {
                await Task.Yield();
            }

            if (_work.IsCompleted)
            {
                await EndAsync();
            }
        }

        public async Task EndAsync()
        {
            if (!_work.IsCompleted)
            {
                IsGone = true;
                foreach (Gate gate in _world._waiting.Where(gate => gate.Worker == this).ToArray())
                {
                    _world._waiting.Remove(gate);
                    await gate.OpenAsync(0);
                }
            }

            try
            {
                await _work;
            }
            catch (Exception e) when (e is CrashException or SessionException)
            {
            }

            _work = Task.CompletedTask;
            if (IsGone)
            {
                IsGone = false;
                _store = NewStore();
            }
        }

        private SessionStore NewStore()
        {
            WatchedStore watched = bench().NewWorker();
            watched.Around = (_, request) => PassAsync(request);
            watched.Taken = record =>
            {
                _committedThen = [.. _world._committed];
                _pendingThen = _world._pending;
                _fenceThen = _world._fence = record.Fence;
            };
            watched.Written = _world.OnWritten;
            return watched.NewStore(new SkewedClock(bench().Clock, TimeSpan.FromSeconds(_world._random.Next(-60, 61))));

            StoreBench bench() => _world.Bench;
        }

        private Task PassAsync(Func<Task> request)
        {
            if (IsGone)
            {
                throw new CrashException();
            }

            Gate gate = new(_world, this, request);
            _world._waiting.Add(gate);
            return gate.Opened;
        }

        private async Task HandleAsync(string id)
        {
            SessionStart start = await _store.BeginAsync(_world._key, id, Never);
            switch (start.Kind)
            {
                case SessionStartKind.Busy:
                    return;
                case SessionStartKind.Run:
                    if (!await AnswerAsync(start.Session!, id))
                    {
                        return;
                    }

                    break;
                case SessionStartKind.Repeat:
                    await PassAsync(static () => Task.CompletedTask);
                    _world.Send(id, start.Turn!.Reply!);
                    break;
                default:
                    Assert.Equal(SessionStartKind.Past, start.Kind);
                    Assert.Contains(id, _world._committed);
                    break;
            }

            _world._acknowledged.Add(id);
        }

        /// <returns>Whether it is committed and sent.</returns>
        private async Task<bool> AnswerAsync(OpenSession session, string id)
        {
            Assert.DoesNotContain(id, _committedThen);
            if (_world._fence == _fenceThen)
            {
                Assert.Equal(_committedThen, session.History.Select(static turn => turn.Id));
                Assert.Equal(_pendingThen?.Id == id ? _pendingThen.Value.Messages : 0, session.Messages.Count);
            }

            // The agent at work.
            await PassAsync(static () => Task.CompletedTask);
            switch (_world._random.Next(6))
            {
                case 0 when session.CanContinue:
                    session.Messages.Add(new ChatMessage(ChatRole.User, id));
                    session.State = "-1"u8.ToArray();
                    session.State = session.Content.Record.State is { } state ? Encoding.UTF8.GetBytes(state) : default(ReadOnlyMemory<byte>);
                    await session.LeaveAsync(OutboxState.Nothing, Never);
                    await session.CleanUpAsync(Never);
                    return false;
                case 1:
                    await session.FailAsync(Never);
                    return false;
                case 2:
                    await session.ReleaseAsync(Never);
                    return false;
            }

            await CommitAsync(session, id);
            await PassAsync(static () => Task.CompletedTask);
            string count = Encoding.UTF8.GetString(session.State.Span);
            _world.Send(id, $"reply to {id} as number {count}");
            await session.CleanUpAsync(Never);
            return true;
        }
    }

    private StoreBench Bench => bench;

    private sealed class SkewedClock(TimeProvider clock, TimeSpan skew) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow() + skew;
    }
}
