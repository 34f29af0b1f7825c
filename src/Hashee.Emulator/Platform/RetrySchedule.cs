namespace Hashee.Emulator.Platform;

/// <summary>Exponential back-off: the delay grows by <see cref="Factor"/> after every failed attempt, up to <see cref="LongestDelay"/>.</summary>
internal sealed record RetrySchedule
{
    /// <summary>The delay after the first failed attempt.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What each delay is multiplied by to give the next one; at least 1.</summary>
    public double Factor { get; init; } = 2;

    /// <summary>No delay is longer than this.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Attempts in total, the first one included, before the platform gives a delivery up.</summary>
    public int Attempts { get; init; } = 12;

    /// <summary>The pause before the next attempt, or <see langword="null"/> when there is none.</summary>
    /// <param name="failedAttempts">How many attempts have failed; at least 1.</param>
    public TimeSpan? DelayAfter(int failedAttempts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(failedAttempts, 1);
        if (failedAttempts >= Attempts)
        {
            return null;
        }

        double ticks = FirstDelay.Ticks * Math.Pow(Factor, failedAttempts - 1);
        return ticks < LongestDelay.Ticks ? TimeSpan.FromTicks((long)ticks) : LongestDelay;
    }
}
