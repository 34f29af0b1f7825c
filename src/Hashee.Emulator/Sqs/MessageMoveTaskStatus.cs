namespace Hashee.Emulator.Sqs;

/// <summary>How far a <see cref="MessageMoveTask"/> has come.</summary>
internal enum MessageMoveTaskStatus
{
    Running,

    /// <summary>There was nothing left to move.</summary>
    Completed,

    /// <summary>Its owner ended it.</summary>
    Cancelled,

    /// <summary>A message could not be moved; <see cref="MessageMoveTask.FailureReason"/> says why.</summary>
    Failed,
}
