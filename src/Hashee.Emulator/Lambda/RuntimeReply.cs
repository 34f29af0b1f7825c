namespace Hashee.Emulator.Lambda;

/// <summary>What the Runtime API thinks of what a runtime posted.</summary>
internal enum RuntimeReply
{
    Accepted,

    /// <summary>Not now: nothing to answer, answered before, or not in INIT any more.</summary>
    WrongState,

    /// <summary>Not the request id of the event that is out.</summary>
    UnknownRequest,
}
