namespace Hashee.Emulator.Platform;

/// <summary>One call of a webhook.</summary>
/// <param name="StartedAt">A time stamp of the platform's clock.</param>
/// <param name="EndedAt">A time stamp of the platform's clock.</param>
/// <param name="Status">The HTTP status, or <see langword="null"/> when there was no answer.</param>
/// <param name="Answer">The body of the answer, or why there was none.</param>
internal sealed record DeliveryAttempt(long StartedAt, long EndedAt, int? Status, string Answer)
{
    public bool IsAccepted => Status is >= 200 and <= 299;
}
