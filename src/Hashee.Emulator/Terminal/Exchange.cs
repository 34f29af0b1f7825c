using Hashee.Emulator.Lambda;

namespace Hashee.Emulator.Terminal;

/// <summary>What came of one message.</summary>
/// <param name="Reply">The agent's reply, all of its parts, or <see langword="null"/>.</param>
/// <param name="Timeline">Set when there is a reply.</param>
/// <param name="Problem">Why there is no reply, for people; set when there is none.</param>
/// <param name="Troubles">What the worker's log says about that.</param>
internal sealed record Exchange(string? Reply, MessageTimeline? Timeline, string? Problem, IReadOnlyList<LogRecord> Troubles)
{
    public static Exchange Answered(string reply, MessageTimeline timeline) => new(reply, timeline, Problem: null, []);

    public static Exchange Failed(string problem, IReadOnlyList<LogRecord>? troubles = null) => new(Reply: null, Timeline: null, problem, troubles ?? []);
}
