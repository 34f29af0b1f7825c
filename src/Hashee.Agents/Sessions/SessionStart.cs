namespace Hashee.Agents.Sessions;

/// <summary>What is to be done for a cause.</summary>
internal enum SessionStartKind
{
    /// <summary>Nothing was decided.</summary>
    Undecided,

    /// <summary>The agent runs, or goes on.</summary>
    Run,

    /// <summary>It is the last turn's: its reply is sent, perhaps again.</summary>
    Repeat,

    /// <summary>It is that of an earlier turn: nothing.</summary>
    Past,

    /// <summary>Somebody else holds the session: later.</summary>
    Busy,
}

/// <param name="Kind">What is to be done.</param>
/// <param name="Session">The session that the agent runs with.</param>
/// <param name="Turn">The turn whose reply is sent.</param>
/// <param name="Wait">How long somebody else may have the session.</param>
internal sealed record SessionStart(SessionStartKind Kind, OpenSession? Session = null, StoredTurn? Turn = null, TimeSpan Wait = default);
