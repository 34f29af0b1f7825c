using System.Text;
using Hashee.Host;

namespace Hashee.Agents;

/// <summary>
/// What goes out because of one message or event, one after the other in the order in which it was said. Each message is numbered, whether or not the one
/// before could be sent, so that another run of the same agent gives it the same key.
/// </summary>
/// <param name="channel">How it goes out.</param>
/// <param name="conversationId">Where what is said without a conversation's id goes.</param>
/// <param name="reason">Why that is sent.</param>
/// <param name="causeId">The id of the message or the delivery.</param>
/// <param name="limit">By when everything has to be sent.</param>
/// <param name="start">How far an earlier invocation has come with the same message.</param>
internal sealed class Outbox(
    IChannel channel, string conversationId, MessageReason reason, string causeId, TimeLimit limit, OutboxState? start = null) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly StringBuilder _written = new(start?.Written);
    private readonly Dictionary<string, int> _unasked = new(start?.Unasked ?? OutboxState.Nothing.Unasked, StringComparer.Ordinal);
    private int _next = start?.Sent ?? 0;
    private volatile bool _isClosed;

    /// <summary>What an agent does with a text.</summary>
    private enum Act
    {
        Write,
        Send,
        SendTo,
    }

    /// <summary>How many messages of the conversation's own were to be sent so far.</summary>
    public int Count => _next;

    /// <summary>The time until everything has to be sent.</summary>
    public TimeSpan TimeLeft => limit.Deadline.Remaining;

    /// <summary>One that refuses everything: an agent in a test that has no channel.</summary>
    public static Outbox ToNobody() => new(new NoChannel(), "", MessageReason.Reply, "", new TimeLimit(Deadline.Never, CancellationToken.None));

    public Task ShowTypingAsync(CancellationToken cancellationToken) =>
        _isClosed ? Task.CompletedTask : channel.ShowTypingAsync(conversationId, limit with { Token = cancellationToken });

    public Task WriteAsync(string piece, CancellationToken cancellationToken) => SayAsync(Act.Write, conversationId, piece, [], cancellationToken);

    public Task SendAsync(string? text, IReadOnlyList<Attachment> attachments, CancellationToken cancellationToken) =>
        SayAsync(Act.Send, conversationId, text, attachments, cancellationToken);

    public Task SendToAsync(string otherId, string text, CancellationToken cancellationToken) =>
        SayAsync(Act.SendTo, otherId, text, [], cancellationToken);

    /// <summary>Sends what was written, and takes nothing more.</summary>
    /// <param name="last">The last piece; null for none.</param>
    public async Task<SendResult> FinishAsync(string? last)
    {
        OutboxState end = await CloseAsync();
        return await SendReplyAsync(end.Written + last);
    }

    /// <summary>Takes nothing more, and sends nothing.</summary>
    /// <returns>How far it is.</returns>
    public async Task<OutboxState> CloseAsync()
    {
        await _turn.WaitAsync(CancellationToken.None);
        _isClosed = true;
        _turn.Release();
        return new OutboxState(_next, _unasked, _written.ToString());
    }

    /// <summary>Sends the reply, which nothing follows.</summary>
    /// <param name="text">All of it; null or empty for none.</param>
    public Task<SendResult> SendReplyAsync(string? text)
    {
        _isClosed = true;
        return SendPartsAsync(text, [], limit);
    }

    /// <exception cref="ConversationException">The turn is over.</exception>
    public void RequireOpen()
    {
        if (_isClosed)
        {
            throw new ConversationException(new Failure(
                FailureKind.Own, "turn_over", "the agent says or saves something after it has returned: what it begins must be awaited"));
        }
    }

    /// <summary>Takes nothing more; what was written is forgotten.</summary>
    public void Dispose() => _isClosed = true;

    private async Task SayAsync(
        Act act, string toId, string? text, IReadOnlyList<Attachment> attachments, CancellationToken cancellationToken)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        TimeLimit within = limit with { Token = either.Token };
        await _turn.WaitAsync(either.Token);
        try
        {
            RequireOpen();
            SendResult result;
            switch (act)
            {
                case Act.Write:
                    _written.Append(text);
                    result = string.IsNullOrEmpty(text) ? SendResult.Sent : await channel.WriteAsync(toId, text, within);
                    break;
                case Act.Send:
                    result = await SendWrittenAsync(within);
                    result = result.IsSent ? await SendPartsAsync(text, attachments, within) : result;
                    break;
                default:
                    result = ForThisOne(await SendUnaskedAsync(toId, text, within));
                    break;
            }

            if (!result.IsSent)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw new ConversationException(result.Failure);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>That another conversation is over says nothing about this one.</summary>
    private static SendResult ForThisOne(SendResult other) => other is { IsSent: false, Failure: { Kind: FailureKind.Final } failure }
        ? SendResult.Failed(failure with { Kind = FailureKind.Own })
        : other;

    private Task<SendResult> SendWrittenAsync(TimeLimit within)
    {
        string text = _written.ToString();
        _written.Clear();
        return SendPartsAsync(text, [], within);
    }

    private Task<SendResult> SendPartsAsync(string? text, IReadOnlyList<Attachment> attachments, TimeLimit within)
    {
        IReadOnlyList<string?> parts = Split(text, attachments);
        int first = _next;
        _next += parts.Count;
        return SendAllAsync(conversationId, reason, first, parts, attachments, within);
    }

    private Task<SendResult> SendUnaskedAsync(string otherId, string? text, TimeLimit within)
    {
        IReadOnlyList<string?> parts = Split(text, []);
        int first = _unasked.GetValueOrDefault(otherId);
        _unasked[otherId] = first + parts.Count;
        return SendAllAsync(otherId, MessageReason.Unasked, first, parts, [], within);
    }

    private IReadOnlyList<string?> Split(string? text, IReadOnlyList<Attachment> attachments)
    {
        if (!string.IsNullOrEmpty(text))
        {
            return channel.Split(text);
        }

        return attachments.Count == 0 ? [] : [null];
    }

    /// <summary>Sends the parts of a text; the attachments go with the first.</summary>
    private async Task<SendResult> SendAllAsync(
        string toId, MessageReason why, int first, IReadOnlyList<string?> parts, IReadOnlyList<Attachment> attachments, TimeLimit within)
    {
        for (int i = 0; i < parts.Count; i++)
        {
            MessageKey key = new(why, causeId, first + i);
            SendResult result = await channel.SendAsync(new Outgoing(key, toId, parts[i], i == 0 ? attachments : []), within);
            if (!result.IsSent)
            {
                return result;
            }
        }

        return SendResult.Sent;
    }

    private sealed class NoChannel : IChannel
    {
        public IReadOnlyList<string> Split(string text) => [text];

        public Task<SendResult> SendAsync(Outgoing message, TimeLimit limit) => Task.FromResult(
            SendResult.Failed(new Failure(FailureKind.Own, "no_channel", "this message was made by a test, and nothing can be sent")));
    }
}
