using Hashee.Host;
using Microsoft.Extensions.AI;

namespace Hashee.Agents;

/// <summary>Where there is no session store, every message stands alone.</summary>
internal sealed class NoSession : ISession
{
    public IReadOnlyList<Turn> History => [];

    public IList<ChatMessage> Messages { get; } = [];

    public bool CanContinue => false;

    public ISessionFiles? Files => null;

    public ReadOnlyMemory<byte> State
    {
        get => default;
        set => throw new ConversationException(new Failure(
            FailureKind.Own,
            "no_session_store",
            "the agent saves state, and there is no session store to keep it in: SESSION_TABLE names a table of DynamoDB, HASHEE_SESSIONS_FOLDER a folder"));
    }

    public void AddUsage(long inputTokens, long outputTokens)
    {
    }
}
