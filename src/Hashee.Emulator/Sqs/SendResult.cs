namespace Hashee.Emulator.Sqs;

/// <summary>What a queue says about a message it took.</summary>
/// <param name="MessageId">Of the first send when this one was a duplicate.</param>
/// <param name="Md5OfBody">32 hex digits.</param>
/// <param name="Md5OfAttributes">32 hex digits, null without attributes.</param>
/// <param name="SequenceNumber">20 digits, FIFO only.</param>
internal sealed record SendResult(string MessageId, string Md5OfBody, string? Md5OfAttributes, string? SequenceNumber);
