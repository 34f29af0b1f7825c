namespace Hashee.Agents;

/// <summary>Why a message is sent.</summary>
internal enum MessageReason
{
    /// <summary>It answers a message.</summary>
    Reply,

    /// <summary>It says that there will be no answer.</summary>
    Apology,

    /// <summary>Nobody asked for it in its conversation.</summary>
    Unasked,
}

/// <summary>What makes a message the same one when it is sent again.</summary>
/// <param name="Reason">Why it is sent.</param>
/// <param name="CauseId">The id of the message or the delivery that made the agent send it.</param>
/// <param name="Index">Its place among all that this has made the agent send there for this reason, from 0.</param>
internal readonly record struct MessageKey(MessageReason Reason, string CauseId, int Index);
