using Hashee.Emulator.Platform;

namespace Hashee.Emulator.Tests.Platform;

public sealed class RateLimitTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void As_many_as_allowed_pass_within_one_second_and_no_more()
    {
        RateLimit limit = new(3, _time);

        bool[] passed = [.. Enumerable.Range(0, 5).Select(_ => limit.TryTake(out TimeSpan _))];

        Assert.Equal([true, true, true, false, false], passed);
    }

    [Fact]
    public void A_refusal_says_how_long_to_wait_and_then_one_passes()
    {
        RateLimit limit = new(2, _time);
        limit.TryTake(out _);
        _time.Advance(TimeSpan.FromMilliseconds(300));
        limit.TryTake(out _);

        Assert.False(limit.TryTake(out TimeSpan wait));
        Assert.Equal(TimeSpan.FromMilliseconds(700), wait);

        _time.Advance(wait);
        Assert.True(limit.TryTake(out _));
        Assert.False(limit.TryTake(out _));
    }

    [Fact]
    public void Refused_requests_do_not_prolong_the_wait()
    {
        RateLimit limit = new(1, _time);
        limit.TryTake(out _);
        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(limit.TryTake(out _));

        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(limit.TryTake(out _));
    }
}
