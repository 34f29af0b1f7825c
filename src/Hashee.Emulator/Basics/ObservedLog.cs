namespace Hashee.Emulator;

/// <summary>An append-only list that can be waited on.</summary>
internal sealed class ObservedLog<T>
{
    private readonly Lock _gate = new();
    private readonly List<T> _entries = [];
    private readonly List<Waiter> _waiters = [];

    /// <summary>All entries so far, in order.</summary>
    public IReadOnlyList<T> Entries
    {
        get
        {
            lock (_gate)
            {
                return [.. _entries];
            }
        }
    }

    public void Add(T entry)
    {
        lock (_gate)
        {
            _entries.Add(entry);
            _waiters.RemoveAll(waiter => waiter.Offer(entry));
        }
    }

    /// <summary>Waits for the first entry that fits, now or later.</summary>
    public async Task<T> WaitAsync(Predicate<T> fits, CancellationToken cancellationToken) => (await WaitAsync(fits, 1, cancellationToken))[0];

    /// <summary>Waits until so many entries fit, those already there included.</summary>
    /// <returns>The first <paramref name="count"/> of them, in order.</returns>
    public async Task<IReadOnlyList<T>> WaitAsync(Predicate<T> fits, int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Waiter waiter = new(fits, count);
        lock (_gate)
        {
            if (_entries.Exists(waiter.Offer))
            {
                return waiter.Found;
            }

            _waiters.Add(waiter);
        }

        try
        {
            return await waiter.Completion.WaitAsync(cancellationToken);
        }
        finally
        {
            lock (_gate)
            {
                _waiters.Remove(waiter);
            }
        }
    }

    private sealed class Waiter(Predicate<T> fits, int count)
    {
        private readonly TaskCompletionSource<IReadOnlyList<T>> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<T> Found { get; } = [];

        public Task<IReadOnlyList<T>> Completion => _completion.Task;

        /// <returns>Whether that was the last one needed.</returns>
        public bool Offer(T entry)
        {
            if (!fits(entry))
            {
                return false;
            }

            Found.Add(entry);
            return Found.Count == count && _completion.TrySetResult(Found);
        }
    }
}
