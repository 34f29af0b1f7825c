namespace Hashee.Emulator.Platform;

/// <summary>How the platform's API fails while it is away.</summary>
internal enum Outage
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>Every request is answered 503.</summary>
    Unavailable,

    /// <summary>Every connection is cut without an answer.</summary>
    Disconnected,
}
