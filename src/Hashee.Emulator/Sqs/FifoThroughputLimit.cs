namespace Hashee.Emulator.Sqs;

/// <summary>What the quota of a FIFO queue counts. The quota itself is not emulated.</summary>
internal enum FifoThroughputLimit
{
    PerQueue,
    PerMessageGroupId,
}
