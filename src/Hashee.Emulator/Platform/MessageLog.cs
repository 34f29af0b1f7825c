namespace Hashee.Emulator.Platform;

/// <summary>Every message the platform accepted, each client message id once.</summary>
internal sealed class MessageLog
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(Agent Agent, string ClientMessageId), AgentMessage> _byClientId = [];
    private readonly Dictionary<Conversation, int> _counts = [];

    /// <summary>The messages in the order they were accepted.</summary>
    public ObservedLog<AgentMessage> Messages { get; } = new();

    /// <summary>Appends what <paramref name="create"/> makes, given its sequence number, unless the client message id was seen before.</summary>
    /// <returns>The new message, or the one that came first under this id; then its repetition is counted.</returns>
    public (AgentMessage Message, bool IsRepetition) Add(Conversation conversation, string? clientMessageId, Func<int, AgentMessage> create)
    {
        lock (_gate)
        {
            if (clientMessageId is not null && _byClientId.TryGetValue((conversation.Agent, clientMessageId), out AgentMessage? first))
            {
                first.CountRepetition();
                return (first, true);
            }

            int sequence = _counts[conversation] = _counts.GetValueOrDefault(conversation) + 1;
            AgentMessage message = create(sequence);
            if (clientMessageId is not null)
            {
                _byClientId.Add((conversation.Agent, clientMessageId), message);
            }

            Messages.Add(message);
            return (message, false);
        }
    }
}
