using Hashee.Host;

namespace Hashee.Agents;

/// <summary>Whether something left.</summary>
internal sealed class SendResult
{
    private SendResult(bool isSent, Failure failure)
    {
        IsSent = isSent;
        Failure = failure;
    }

    public static SendResult Sent { get; } = new(true, default);

    /// <summary>Whether it was sent, now or earlier.</summary>
    public bool IsSent { get; }

    /// <summary>Why it was not; means something only then.</summary>
    public Failure Failure { get; }

    public static SendResult Failed(Failure failure) => new(false, failure);
}
