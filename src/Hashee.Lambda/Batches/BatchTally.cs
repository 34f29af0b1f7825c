namespace Hashee.Lambda;

/// <summary>What became of the messages of a batch, counted by groups that run at the same time.</summary>
internal sealed class BatchTally
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _refused = [];
    private int _processed;
    private int _gaveUp;
    private int _leftInQueue;

    /// <summary>Messages answered or knowingly ignored.</summary>
    public int Processed => _processed;

    /// <summary>Messages set aside because they failed for good.</summary>
    public int GaveUp => _gaveUp;

    /// <summary>Messages that SQS delivers again.</summary>
    public int LeftInQueue => _leftInQueue;

    /// <summary>Messages set aside because they can never be processed, by outcome; read it when all groups are done.</summary>
    public IReadOnlyDictionary<string, int> Refused => _refused;

    public void AddProcessed() => Interlocked.Increment(ref _processed);

    public void AddGaveUp() => Interlocked.Increment(ref _gaveUp);

    public void AddLeftInQueue(int count) => Interlocked.Add(ref _leftInQueue, count);

    public void AddRefused(string outcome)
    {
        lock (_gate)
        {
            _refused[outcome] = _refused.GetValueOrDefault(outcome) + 1;
        }
    }
}
