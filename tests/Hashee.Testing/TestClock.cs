using System.Collections.Concurrent;

namespace Hashee.Testing;

/// <summary>
/// A clock that moves only when it is told to. Pauses are recorded and end at once, unless they are held until <see cref="Advance"/>
/// reaches their end, as the time limit of an attempt always is.
/// </summary>
internal sealed class TestClock : TimeProvider
{
    public static readonly TimeSpan AttemptLimit = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly List<HeldTimer> _held = [];
    private readonly ConcurrentQueue<TimeSpan> _pauses = new();
    private DateTimeOffset _now = new(2026, 5, 15, 10, 24, 11, 123, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>The pauses that were made, in order.</summary>
    public IReadOnlyList<TimeSpan> Pauses => [.. _pauses];

    /// <summary>The same in seconds.</summary>
    public IEnumerable<double> PauseSeconds => Pauses.Select(static pause => pause.TotalSeconds);

    /// <summary>Whether pauses last until <see cref="Advance"/> reaches their end.</summary>
    public bool HoldsPauses { get; init; }

    /// <summary>Called when a pause begins.</summary>
    public Action BeforePause { get; set; } = static () => { };

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    /// <summary>Moves the clock and ends the time limits that it reaches.</summary>
    public void Advance(TimeSpan by)
    {
        HeldTimer[] due;
        lock (_gate)
        {
            _now += by;
            due = [.. _held.Where(timer => timer.DueAt <= _now)];
            _held.RemoveAll(timer => timer.DueAt <= _now);
        }

        foreach (HeldTimer timer in due)
        {
            timer.Fire();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        HeldTimer timer = new(this, callback, state, GetUtcNow() + dueTime);
        if (dueTime != AttemptLimit)
        {
            _pauses.Enqueue(dueTime);
            BeforePause();
            if (!HoldsPauses)
            {
                ThreadPool.UnsafeQueueUserWorkItem(static ended => ended.Fire(), timer, preferLocal: false);
                return timer;
            }
        }

        lock (_gate)
        {
            _held.Add(timer);
        }

        return timer;
    }

    private sealed class HeldTimer(TestClock clock, TimerCallback callback, object? state, DateTimeOffset dueAt) : ITimer
    {
        public DateTimeOffset DueAt => dueAt;

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose()
        {
            lock (clock._gate)
            {
                clock._held.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
