using Hashee.Emulator.Platform;

namespace Hashee.Emulator.Tests.Platform;

public sealed class RetryScheduleTests
{
    private static readonly RetrySchedule Schedule = new()
    {
        FirstDelay = TimeSpan.FromSeconds(1),
        Factor = 3,
        LongestDelay = TimeSpan.FromSeconds(20),
        Attempts = 6,
    };

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(3, 9)]
    public void Every_failure_multiplies_the_delay(int failedAttempts, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Schedule.DelayAfter(failedAttempts));

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void No_delay_is_longer_than_the_longest(int failedAttempts) =>
        Assert.Equal(TimeSpan.FromSeconds(20), Schedule.DelayAfter(failedAttempts));

    [Fact]
    public void The_last_attempt_is_followed_by_none() => Assert.Null(Schedule.DelayAfter(6));

    [Fact]
    public void A_schedule_of_very_many_attempts_does_not_overflow() =>
        Assert.Equal(TimeSpan.FromSeconds(20), (Schedule with { Attempts = int.MaxValue }).DelayAfter(int.MaxValue - 1));
}
