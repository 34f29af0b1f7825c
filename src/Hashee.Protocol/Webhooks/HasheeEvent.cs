namespace Hashee.Protocol;

/// <summary>An event that is not a message, such as <see cref="EventTypes.RelationEstablished"/>.</summary>
/// <param name="Type">The event's type; may be one that is not documented.</param>
/// <param name="ConversationId">The conversation that the event is about, where it names one.</param>
/// <param name="Json">The whole event in UTF-8, exactly as Hashee sent it.</param>
public sealed record HasheeEvent(string Type, string? ConversationId, ReadOnlyMemory<byte> Json);
