namespace Hashee.Aws;

/// <summary>What became of a request for one item.</summary>
/// <param name="Outcome">How it ended; that there is no such item is an accepted one.</param>
/// <param name="Item">The item, where there is one and it was asked for.</param>
internal readonly record struct DynamoReply(AwsOutcome Outcome, DynamoItem? Item);
