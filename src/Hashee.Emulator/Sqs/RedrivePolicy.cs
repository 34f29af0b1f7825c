namespace Hashee.Emulator.Sqs;

/// <summary>Where a message goes that was received too often.</summary>
/// <param name="DeadLetterTargetArn">ARN of an existing queue of the same kind.</param>
/// <param name="MaxReceiveCount">1 to 1,000: a message received this often is not handed out again.</param>
internal sealed record RedrivePolicy(string DeadLetterTargetArn, int MaxReceiveCount);
