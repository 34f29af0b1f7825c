using Hashee.Host;

namespace Hashee.Lambda;

/// <summary>When a message that fails again and again is no longer tried. The queue's own limit, which knows no reasons, is only the last resort.</summary>
/// <param name="Tries">Receives after which a failure of the message's own is final.</param>
/// <param name="Patience">How old a message gets before a failure of the world's is final.</param>
internal sealed record GiveUpRule(int Tries, TimeSpan Patience)
{
    public static GiveUpRule Default { get; } = new(5, TimeSpan.FromHours(6));

    /// <param name="failure">The last failure.</param>
    /// <param name="tries">How often the message has failed for a reason of its own, or was received.</param>
    /// <param name="message">The message.</param>
    /// <param name="now">The time.</param>
    public bool Applies(Failure failure, int tries, SqsMessage message, DateTimeOffset now) => failure.Kind switch
    {
        FailureKind.Final => true,
        FailureKind.Own => tries >= Tries,
        _ => message.SentUnixMilliseconds is { } sent && now.ToUnixTimeMilliseconds() - sent > Patience.TotalMilliseconds,
    };
}
