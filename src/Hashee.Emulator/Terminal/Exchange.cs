namespace Hashee.Emulator.Terminal;

/// <summary>What came of one message.</summary>
/// <param name="Reply">The agent's reply, all of its parts, or <see langword="null"/>.</param>
/// <param name="Timeline">Set when there is a reply.</param>
/// <param name="Problem">Why there is no reply, for people; set when there is none.</param>
internal sealed record Exchange(string? Reply, MessageTimeline? Timeline, string? Problem);
