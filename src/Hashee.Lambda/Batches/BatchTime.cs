using Hashee.Host;

namespace Hashee.Lambda;

/// <summary>Until when the parts of a batch may take.</summary>
internal sealed class BatchTime : IDisposable
{
    /// <summary>What is left of an invocation when the doors are told to end.</summary>
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(1);

    /// <summary>What is left when the last thing is done: setting messages aside, delaying them, and words to whom they were from.</summary>
    private static readonly TimeSpan LastReserve = TimeSpan.FromSeconds(0.3);

    /// <summary>The SQS client keeps a second of every deadline for itself.</summary>
    private static readonly TimeSpan ClientReserve = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _nearDeadline;
    private readonly Deadline _end;
    private readonly TimeProvider _clock;

    public BatchTime(Deadline deadline, TimeProvider clock)
    {
        _clock = clock;
        _end = deadline.Before(LastReserve);
        Queue = _end.Before(-ClientReserve);
        Deadline work = deadline.Before(Reserve);
        _nearDeadline = new CancellationTokenSource(work.Remaining, clock);
        Work = new TimeLimit(work, _nearDeadline.Token);
    }

    /// <summary>For what is done with messages.</summary>
    public TimeLimit Work { get; }

    /// <summary>For calls to SQS.</summary>
    public Deadline Queue { get; }

    /// <summary>Does something after the work, for as long as there is time.</summary>
    public async Task SpendRestAsync(Func<TimeLimit, Task> action)
    {
        using CancellationTokenSource end = new(_end.Remaining, _clock);
        await action(new TimeLimit(_end, end.Token)).WaitAsync(end.Token);
    }

    public void Dispose() => _nearDeadline.Dispose();
}
