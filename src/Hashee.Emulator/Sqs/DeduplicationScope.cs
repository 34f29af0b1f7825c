namespace Hashee.Emulator.Sqs;

/// <summary>Where a deduplication id has to be unique.</summary>
internal enum DeduplicationScope
{
    Queue,
    MessageGroup,
}
