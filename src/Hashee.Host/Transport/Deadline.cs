using System.Diagnostics;

namespace Hashee.Host;

/// <summary>A moment on the monotonic clock by which something must be done. The default value has passed already.</summary>
public readonly struct Deadline
{
    private readonly long _timestamp;

    private Deadline(long timestamp) => _timestamp = timestamp;

    /// <summary>No limit.</summary>
    public static Deadline Never => new(long.MaxValue);

    /// <summary>The time left, never negative; <see cref="TimeSpan.MaxValue"/> for <see cref="Never"/>.</summary>
    public TimeSpan Remaining
    {
        get
        {
            if (_timestamp == long.MaxValue)
            {
                return TimeSpan.MaxValue;
            }

            long now = Stopwatch.GetTimestamp();
            return _timestamp <= now ? TimeSpan.Zero : Stopwatch.GetElapsedTime(now, _timestamp);
        }
    }

    /// <summary>True when no time is left.</summary>
    public bool HasPassed => Remaining == TimeSpan.Zero;

    /// <summary>The time left as poll(2) takes it: milliseconds, rounded up; -1 for no limit.</summary>
    internal int PollMilliseconds
    {
        get
        {
            TimeSpan remaining = Remaining;
            return remaining == TimeSpan.MaxValue ? -1 : (int)Math.Min(int.MaxValue, Math.Ceiling(remaining.TotalMilliseconds));
        }
    }

    /// <summary>The moment <paramref name="time"/> from now.</summary>
    public static Deadline After(TimeSpan time) => new(Add(Stopwatch.GetTimestamp(), time));

    /// <summary>The same moment less <paramref name="time"/>; <see cref="Never"/> stays <see cref="Never"/>.</summary>
    public Deadline Before(TimeSpan time) => _timestamp == long.MaxValue ? this : new(Add(_timestamp, -time));

    /// <summary>The earlier of the two.</summary>
    public Deadline OrEarlier(Deadline other) => other._timestamp < _timestamp ? other : this;

    /// <summary>Whether this is the earlier of the two.</summary>
    internal bool IsBefore(Deadline other) => _timestamp < other._timestamp;

    /// <summary>Adds without wrapping around: what is too far away becomes <see cref="Never"/>.</summary>
    private static long Add(long timestamp, TimeSpan time)
    {
        long ticks = (long)(time.TotalSeconds * Stopwatch.Frequency);
        return ticks > long.MaxValue - timestamp ? long.MaxValue : timestamp + ticks;
    }
}
