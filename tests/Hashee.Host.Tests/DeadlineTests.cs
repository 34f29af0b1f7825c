namespace Hashee.Host.Tests;

public class DeadlineTests
{
    [Fact]
    public void The_default_has_passed() => Assert.True(default(Deadline).HasPassed);

    [Fact]
    public void Never_does_not_pass()
    {
        Assert.Equal(TimeSpan.MaxValue, Deadline.Never.Remaining);
        Assert.Equal(-1, Deadline.Never.PollMilliseconds);
        Assert.Equal(TimeSpan.MaxValue, Deadline.Never.Before(TimeSpan.FromDays(1)).Remaining);
    }

    [Fact]
    public void What_remains_is_never_more_than_was_given_and_never_negative()
    {
        Assert.InRange(Deadline.After(TimeSpan.FromMinutes(1)).Remaining, TimeSpan.FromTicks(1), TimeSpan.FromMinutes(1));
        Assert.Equal(TimeSpan.Zero, Deadline.After(-TimeSpan.FromMinutes(1)).Remaining);
    }

    [Fact]
    public void What_is_too_far_away_never_comes() =>
        Assert.Equal(TimeSpan.MaxValue, Deadline.After(TimeSpan.MaxValue - TimeSpan.FromDays(1)).Remaining);

    [Fact]
    public void Poll_waits_at_least_as_long_as_there_is_time() =>
        Assert.InRange(Deadline.After(TimeSpan.FromMinutes(1)).PollMilliseconds, 1, 60_000);

    [Fact]
    public void Before_comes_earlier() => Assert.True(Deadline.After(TimeSpan.FromMinutes(1)).Before(TimeSpan.FromMinutes(2)).HasPassed);

    [Fact]
    public void The_earlier_of_two_is_taken()
    {
        Deadline soon = Deadline.After(TimeSpan.FromMinutes(1));
        Deadline late = Deadline.After(TimeSpan.FromMinutes(9));

        Assert.Equal(soon, soon.OrEarlier(late));
        Assert.Equal(soon, late.OrEarlier(soon));
        Assert.Equal(soon, Deadline.Never.OrEarlier(soon));
    }
}
