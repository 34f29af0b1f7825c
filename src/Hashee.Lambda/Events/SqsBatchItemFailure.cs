namespace Hashee.Lambda;

/// <summary>A message that is to be delivered again.</summary>
/// <param name="ItemIdentifier">The <see cref="SqsMessage.MessageId"/>.</param>
public readonly record struct SqsBatchItemFailure(string ItemIdentifier);
