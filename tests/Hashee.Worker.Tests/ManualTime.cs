namespace Hashee.Worker.Tests;

/// <summary>A platform's clock that moves only when it is told to; its timers are those of the system.</summary>
internal sealed class ManualTime : TimeProvider
{
    private long _now = new DateTimeOffset(2026, 5, 15, 10, 24, 11, 123, TimeSpan.Zero).UtcTicks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan by) => Interlocked.Add(ref _now, by.Ticks);

    public override DateTimeOffset GetUtcNow() => new(GetTimestamp(), TimeSpan.Zero);

    public override long GetTimestamp() => Interlocked.Read(ref _now);
}
