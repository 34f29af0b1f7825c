using Hashee.Host;
using Hashee.Lambda;

namespace Hashee.Webhook;

/// <summary>
/// Refused calls in the log and in the metrics. Anybody may call, and a line for each call of a flood would cost more than the calls: the first hundred of a
/// minute have a line each, then a line comes for each hundred, or when the minute is over and the function is called again. The metrics count all of them.
/// </summary>
/// <param name="metrics">Counts.</param>
/// <param name="now">Unix milliseconds at the first refused call.</param>
internal sealed class RefusalLog(Metrics metrics, long now)
{
    private const int Hundred = 100;
    private const int MillisecondsPerMinute = 60_000;

    private readonly int[] _held = new int[(int)Verdict.QueueUnavailable + 1];
    private long _minute = now / MillisecondsPerMinute;
    private int _count;
    private int _heldCount;

    /// <summary>Before any call is recorded: says what was held in a minute that is over.</summary>
    /// <param name="now">Unix milliseconds.</param>
    internal void Advance(long now)
    {
        if (now / MillisecondsPerMinute is var minute && minute != _minute)
        {
            Flush();
            _minute = minute;
            _count = 0;
        }
    }

    /// <summary>Takes a refused call.</summary>
    internal void Add(Answer answer)
    {
        if (answer.Verdict is Verdict.QueueUnavailable or Verdict.Undecided || ++_count <= Hundred)
        {
            Log.Warn("Call refused.", new("reason", answer.Code), new("detail", answer.Detail));
            Count(answer.Code, 1);
            return;
        }

        _held[(int)answer.Verdict]++;
        if (++_heldCount == Hundred)
        {
            Flush();
        }
    }

    private void Flush()
    {
        for (int i = 0; _heldCount > 0 && i < _held.Length; i++)
        {
            if (_held[i] > 0)
            {
                string code = new Answer((Verdict)i).Code;
                Log.Warn("Calls refused.", new("reason", code), new("calls", _held[i]));
                Count(code, _held[i]);
                _held[i] = 0;
            }
        }

        _heldCount = 0;
    }

    private void Count(string code, int calls) => metrics.Emit(new MetricDimension("Reason", code), new Metric("Refused", calls));
}
