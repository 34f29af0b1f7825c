namespace Hashee.Agents;

/// <summary>Shows that the agent is at work: at once, and every four seconds, since a sign of it lasts five.</summary>
internal sealed class Typing : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(4);

    private readonly CancellationTokenSource _end;
    private readonly Task _showing;

    private Typing(Conversation conversation, TimeProvider clock, CancellationToken cancellationToken)
    {
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _showing = ShowAsync(conversation, clock, _end.Token);
    }

    public static Typing Begin(Conversation conversation, TimeProvider clock, CancellationToken cancellationToken) =>
        new(conversation, clock, cancellationToken);

    /// <summary>Nothing is shown after it, so that no sign follows the reply.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _showing;
        _end.Dispose();
    }

    private static async Task ShowAsync(Conversation conversation, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await conversation.ShowTypingAsync(cancellationToken);
                await Task.Delay(Interval, clock, cancellationToken);
            }
        }
#pragma warning disable CA1031 // a sign that cannot be shown changes nothing
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }
}
