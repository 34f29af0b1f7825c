namespace Hashee.Emulator.Tests;

public sealed class ObservedLogTests
{
    private readonly ObservedLog<int> _log = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_there_already_ends_the_wait_at_once()
    {
        _log.Add(1);
        _log.Add(2);
        _log.Add(3);

        Assert.Equal(2, await _log.WaitAsync(static entry => entry > 1, Cancellation));
        Assert.Equal([1, 2], await _log.WaitAsync(static _ => true, 2, Cancellation));
    }

    [Fact]
    public async Task Entries_before_and_after_the_wait_began_count_together()
    {
        _log.Add(1);
        Task<IReadOnlyList<int>> odd = _log.WaitAsync(static entry => entry % 2 == 1, 3, Cancellation);
        _log.Add(2);
        _log.Add(3);
        Assert.False(odd.IsCompleted);
        _log.Add(5);

        Assert.Equal([1, 3, 5], await odd);
    }

    [Fact]
    public async Task Several_may_wait_for_the_same_entry()
    {
        Task<int> one = _log.WaitAsync(static _ => true, Cancellation);
        Task<int> other = _log.WaitAsync(static _ => true, Cancellation);

        _log.Add(7);

        int[] found = await Task.WhenAll(one, other);
        Assert.Equal([7, 7], found);
    }

    [Fact]
    public async Task A_wait_can_be_given_up()
    {
        using CancellationTokenSource patience = new();
        Task<int> wait = _log.WaitAsync(static _ => true, patience.Token);

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        _log.Add(1);
        Assert.Equal([1], _log.Entries);
    }
}
