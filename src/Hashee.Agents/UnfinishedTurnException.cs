namespace Hashee.Agents;

/// <summary>
/// An agent has no time left for the rest of a turn: what <see cref="Conversation.Messages"/> holds is saved, and the agent is run again with it at once, in
/// another invocation. May be thrown only while <see cref="Conversation.CanContinue"/> says so.
/// </summary>
public sealed class UnfinishedTurnException() : Exception("The turn goes on in another invocation.");
