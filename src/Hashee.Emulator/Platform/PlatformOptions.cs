namespace Hashee.Emulator.Platform;

/// <summary>How the emulated platform behaves; the defaults are Hashee's documented limits.</summary>
internal sealed record PlatformOptions
{
    /// <summary>Messages one agent may post within any second; one more is answered 429.</summary>
    public int MessagesPerSecond { get; init; } = 5;

    /// <summary>How long the platform waits for the answer to one webhook call.</summary>
    public TimeSpan WebhookTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>When a webhook call that was not answered 2xx is repeated.</summary>
    public RetrySchedule Retry { get; init; } = new();

    /// <summary>
    /// Whether an agent's token may read <c>/keys/users/{user id}/devices</c>. The documentation lists that path for
    /// users' tokens only; <see langword="false"/> makes it answer 403.
    /// </summary>
    public bool AgentsMayReadKeys { get; init; } = true;

    /// <summary>
    /// How many devices <c>/keys/users/{user id}/devices</c> lists at once; the rest is behind <c>next_cursor</c>. <see langword="null"/> lists all.
    /// </summary>
    public int? DevicesPerPage { get; init; }

    /// <summary>
    /// Whether a message whose <c>client_message_id</c> was seen before is answered 409, or, as if it were new, with what was stored under that id.
    /// </summary>
    public bool RefusesRepetitions { get; init; }

    /// <summary>The clock of time stamps, rate limit and retries.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
