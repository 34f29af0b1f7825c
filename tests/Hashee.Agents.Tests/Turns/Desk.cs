using System.Collections.Concurrent;
using System.Text;
using Hashee.Host;
using Microsoft.Extensions.AI;

namespace Hashee.Agents.Tests.Turns;

/// <summary>A conversation as an agent sees it, with a session and a channel that a test looks into.</summary>
internal sealed class Desk : ISession, IChannel, ISessionFiles
{
    private readonly StringBuilder _reply = new();

    public List<Turn> Earlier { get; } = [];

    public IReadOnlyList<Turn> History => Earlier;

    public IList<ChatMessage> Messages { get; set; } = [];

    public bool CanContinue { get; set; }

    public bool KeepsFiles { get; init; } = true;

    public ISessionFiles? Files => KeepsFiles ? this : null;

    public ReadOnlyMemory<byte> State { get; set; }

    public (long Input, long Output) Usage { get; private set; }

    /// <summary>The pieces that went out before the agent returned.</summary>
    public ConcurrentQueue<string> Written { get; } = [];

    public int ShownTyping { get; private set; }

    public Action OnTyping { get; set; } = static () => { };

    public Dictionary<string, string> Kept { get; } = [];

    /// <summary>The time until the agent has to have returned; null for no limit.</summary>
    public TimeSpan? TimeLeft { get; set; }

    /// <summary>All that the user gets: the pieces, and what the agent returned.</summary>
    public string Reply => _reply.ToString();

    public async Task<string?> AnswerAsync(ModelAgent agent, string? text = "Hello", IReadOnlyList<Attachment>? attachments = null)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        TimeLimit limit = new(TimeLeft is { } left ? Deadline.After(left) : Deadline.Never, token);
        using Outbox outbox = new(this, "c1", MessageReason.Reply, "m1", limit);
        _reply.Clear();
        Written.Clear();
        string? rest = await agent.ReplyAsync(
            new Message { Id = "m1", Text = text, Attachments = attachments ?? [], Conversation = new Conversation("c1", this, outbox) }, token);
        _reply.Append(rest);
        return rest;
    }

    public void AddUsage(long inputTokens, long outputTokens) => Usage = (Usage.Input + inputTokens, Usage.Output + outputTokens);

    public IReadOnlyList<string> Split(string text) => [text];

    public Task<SendResult> SendAsync(Outgoing message, TimeLimit limit) => Task.FromResult(SendResult.Sent);

    public Task ShowTypingAsync(string conversationId, TimeLimit limit)
    {
        ShownTyping++;
        OnTyping();
        return Task.CompletedTask;
    }

    public Task<SendResult> WriteAsync(string conversationId, string piece, TimeLimit limit)
    {
        Written.Enqueue(piece);
        _reply.Append(piece);
        return Task.FromResult(SendResult.Sent);
    }

    public ValueTask<ReadOnlyMemory<byte>> ReadAsync(string name, CancellationToken cancellationToken) =>
        ValueTask.FromResult<ReadOnlyMemory<byte>>(Kept.TryGetValue(name, out string? text) ? Encoding.UTF8.GetBytes(text) : default);

    public void Write(string name, ReadOnlyMemory<byte> content) => Kept[name] = Encoding.UTF8.GetString(content.Span);
}
