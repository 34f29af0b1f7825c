using Hashee.Host;

namespace Hashee.Agents;

/// <summary>What an agent asked of a conversation cannot be done.</summary>
/// <param name="failure">Why it cannot be done.</param>
public sealed class ConversationException(Failure failure) : AgentException(failure);
