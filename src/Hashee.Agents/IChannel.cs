using Hashee.Host;

namespace Hashee.Agents;

/// <summary>How messages reach their conversations: Hashee's API, and whatever else an agent stands behind.</summary>
internal interface IChannel
{
    /// <summary>Cuts a text into what one message may hold; joined, the parts are the text.</summary>
    IReadOnlyList<string> Split(string text);

    /// <summary>Sends one message. A message that was sent under the same key before is not sent again, and that is a success.</summary>
    Task<SendResult> SendAsync(Outgoing message, TimeLimit limit);

    /// <summary>Shows in a conversation that the agent is at work, where there is a sign for it.</summary>
    Task ShowTypingAsync(string conversationId, TimeLimit limit) => Task.CompletedTask;

    /// <summary>Passes on a piece of a message that is still being written, and will be sent when it is whole, where that can be shown.</summary>
    Task<SendResult> WriteAsync(string conversationId, string piece, TimeLimit limit) => Task.FromResult(SendResult.Sent);
}
