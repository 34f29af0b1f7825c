using Hashee.Host;
using Microsoft.Extensions.AI;

namespace Hashee.Agents.Sessions;

/// <summary>A session whose lease is held while an agent answers.</summary>
internal sealed class OpenSession : ISession, ISessionFiles
{
    private const int LargestState = 64 * 1024;
    private const int MostSteps = 20;

    private readonly SessionStore _store;
    private readonly StoredTurn _start;
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _changed = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private ReadOnlyMemory<byte> _state;
    private long _inputTokens;
    private long _outputTokens;

    /// <param name="store">Where it is kept.</param>
    /// <param name="content">What the store knows of it.</param>
    /// <param name="start">The turn as an earlier invocation has left it; otherwise an empty one.</param>
    public OpenSession(SessionStore store, SessionContent content, StoredTurn start)
    {
        _store = store;
        _start = start;
        Content = content;
        History = [.. content.History.Select(static turn => turn.ToTurn())];
        Messages = [.. start.Messages];
        string? state = start.State ?? content.Record.State;
        _state = state is null ? default : System.Text.Encoding.UTF8.GetBytes(state);
    }

    public SessionContent Content { get; }

    public IReadOnlyList<Turn> History { get; }

    public IList<ChatMessage> Messages { get; }

    public bool CanContinue => _start.Steps < MostSteps;

    public ISessionFiles? Files => _store.HasFiles ? this : null;

    /// <summary>What an earlier invocation has said of this turn.</summary>
    public OutboxState Said => _start.Said;

    /// <summary>How often this turn was left to go on in another invocation.</summary>
    public int Steps => _start.Steps;

    public ReadOnlyMemory<byte> State
    {
        get => _state;
        set
        {
            if (value.Length > LargestState)
            {
                throw new ConversationException(new Failure(
                    FailureKind.Own, "state_too_large", $"the agent saves a state of {value.Length} bytes, and {LargestState} can be kept"));
            }

            _state = value;
        }
    }

    public void AddUsage(long inputTokens, long outputTokens)
    {
        Interlocked.Add(ref _inputTokens, inputTokens);
        Interlocked.Add(ref _outputTokens, outputTokens);
    }

    public ValueTask<ReadOnlyMemory<byte>> ReadAsync(string name, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return ValueTask.FromResult(_changed.TryGetValue(name, out ReadOnlyMemory<byte> content) ? content : Content.Files.GetValueOrDefault(name));
        }
    }

    public void Write(string name, ReadOnlyMemory<byte> content)
    {
        if (name is SessionStore.ConversationFile or "" or "." or ".." || name.Contains('/', StringComparison.Ordinal))
        {
            throw new ArgumentException("A session has no file of this name that an agent may write.", nameof(name));
        }

        lock (_gate)
        {
            _changed[name] = content;
        }
    }

    /// <summary>Saves the turn with everything that belongs to it, and gives the session back.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <param name="reply">What will be sent now that it is saved; null for nothing.</param>
    /// <param name="sent">The messages that were sent ahead of the reply.</param>
    /// <param name="limit">By when.</param>
    /// <exception cref="SessionException">It is not saved, as far as this worker knows.</exception>
    public ValueTask CommitAsync(string? text, string? reply, int sent, TimeLimit limit)
    {
        StoredTurn turn = Now() with
        {
            Messages = [.. Messages],
            Reply = reply,
            Said = OutboxState.Nothing with { Sent = sent },
            Tries = 0,
        };
        if (!turn.Messages.Any(static message => message.Role == ChatRole.User) && (turn.Messages.Count == 0 || text is not null))
        {
            turn = turn with
            {
                Messages = [.. new Turn(turn.Id, default, text, turn.Messages.Count == 0 ? reply : null).Messages, .. turn.Messages],
            };
        }

        return _store.WriteAsync(Content, turn, State, Changes(), limit);
    }

    /// <summary>Saves the turn as far as it is, to go on with it in another invocation, and gives the session back.</summary>
    /// <inheritdoc cref="CommitAsync"/>
    /// <param name="said">What it has said so far.</param>
    /// <param name="limit">By when.</param>
    public ValueTask LeaveAsync(OutboxState said, TimeLimit limit)
    {
        StoredTurn turn = Now() with
        {
            Messages = [.. Messages],
            Said = said,
            State = State.IsEmpty ? null : System.Text.Encoding.UTF8.GetString(State.Span),
            IsPending = true,
            Steps = _start.Steps + 1,
        };
        return _store.WriteAsync(Content, turn, State, Changes(), limit);
    }

    /// <summary>Counts a try that failed, changes nothing else, and gives the session back: what is tried again begins where this one began.</summary>
    /// <returns>The tries that have failed.</returns>
    /// <exception cref="SessionException">It could not be counted.</exception>
    public async ValueTask<int> FailAsync(TimeLimit limit)
    {
        StoredTurn turn = _start with { IsPending = true, Tries = _start.Tries + 1 };
        await _store.WriteAsync(Content, turn, default, new Dictionary<string, ReadOnlyMemory<byte>>(), limit);
        return turn.Tries;
    }

    /// <summary>Gives the session back as it was. A failure is logged.</summary>
    public ValueTask ReleaseAsync(TimeLimit limit) => _store.TryReleaseAsync(Content.Record, limit);

    /// <summary>Deletes the files that a write has left unneeded. A failure is logged.</summary>
    public ValueTask CleanUpAsync(TimeLimit limit) => _store.CleanUpAsync(Content, limit);

    private StoredTurn Now() => _start with
    {
        IsPending = false,
        State = null,
        InputTokens = _start.InputTokens + Interlocked.Read(ref _inputTokens),
        OutputTokens = _start.OutputTokens + Interlocked.Read(ref _outputTokens),
    };

    private Dictionary<string, ReadOnlyMemory<byte>> Changes()
    {
        lock (_gate)
        {
            return new Dictionary<string, ReadOnlyMemory<byte>>(_changed, StringComparer.Ordinal);
        }
    }
}
