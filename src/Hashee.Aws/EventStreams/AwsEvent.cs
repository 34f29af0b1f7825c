namespace Hashee.Aws;

/// <summary>What came next on an event stream.</summary>
/// <param name="Outcome">Accepted for an event and for the stream's end; otherwise why there is nothing more.</param>
/// <param name="Type">The event's type; empty at the end.</param>
/// <param name="Payload">What the event carries, or the error that ended the stream, which is not fit for a log; valid until the next is read.</param>
internal readonly record struct AwsEvent(AwsOutcome Outcome, string Type, ReadOnlyMemory<byte> Payload)
{
    /// <summary>Whether this is an event.</summary>
    internal bool IsEvent => Outcome.IsAccepted && Type.Length > 0;
}
