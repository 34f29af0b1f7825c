namespace Hashee.Emulator.Platform;

/// <summary>At most so many requests within any second (a sliding window); a refused request does not count.</summary>
internal sealed class RateLimit(int perSecond, TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);
    private readonly Queue<long> _taken = new();

    /// <summary>Takes one place in the window.</summary>
    /// <param name="wait">Otherwise, how long until one is free.</param>
    public bool TryTake(out TimeSpan wait)
    {
        lock (_taken)
        {
            long now = time.GetTimestamp();
            while (_taken.TryPeek(out long oldest) && time.GetElapsedTime(oldest, now) >= Window)
            {
                _taken.Dequeue();
            }

            if (_taken.Count < perSecond)
            {
                _taken.Enqueue(now);
                wait = TimeSpan.Zero;
                return true;
            }

            wait = Window - time.GetElapsedTime(_taken.Peek(), now);
            return false;
        }
    }
}
