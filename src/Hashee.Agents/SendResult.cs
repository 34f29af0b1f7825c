using Hashee.Host;

namespace Hashee.Agents;

/// <summary>Whether something left; the default value means that it did not.</summary>
/// <param name="IsSent">Whether it was sent, now or earlier.</param>
/// <param name="Failure">Why it was not.</param>
internal readonly record struct SendResult(bool IsSent, Failure Failure)
{
    public static SendResult Sent => new(true, default);

    public static SendResult Failed(Failure failure) => new(false, failure);

    /// <exception cref="ConversationException">It was not sent.</exception>
    public void ThrowIfFailed()
    {
        if (!IsSent)
        {
            throw new ConversationException(Failure);
        }
    }
}
