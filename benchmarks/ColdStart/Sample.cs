using Hashee.Benchmarks.ColdStart.Native;

namespace Hashee.Benchmarks.ColdStart;

/// <summary>
/// The figures of one run; times in milliseconds. The clock stands still between the first GET /next and the first event, where this
/// program reads the counters: a time from exec is the time to GET /next and the time from the event, added.
/// </summary>
/// <param name="Next">exec → the first GET /next has arrived.</param>
/// <param name="Wire">exec → the first message (SendMessage; the worker's reply) has arrived; null for a program that sends none.</param>
/// <param name="Response">exec → the first response has arrived.</param>
/// <param name="FirstCall">The first event → its response.</param>
/// <param name="WarmCalls">Each later event → its response.</param>
/// <param name="ConnectedEarly">Whether it had connected to the outside before the first GET /next.</param>
/// <param name="AtNext">Counted at the first GET /next.</param>
/// <param name="AfterFirst">Counted at the second GET /next.</param>
internal sealed record Sample(
    double Next,
    double? Wire,
    double Response,
    double FirstCall,
    IReadOnlyList<double> WarmCalls,
    bool ConnectedEarly,
    ProcessCounters AtNext,
    ProcessCounters AfterFirst);
