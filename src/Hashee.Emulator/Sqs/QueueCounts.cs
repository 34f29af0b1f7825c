namespace Hashee.Emulator.Sqs;

/// <summary>How many messages a queue holds.</summary>
/// <param name="Visible">Ready to be received, those behind a blocked group included.</param>
/// <param name="InFlight">Received, neither deleted nor visible again.</param>
/// <param name="Delayed">Sent with a delay that is not over.</param>
internal readonly record struct QueueCounts(int Visible, int InFlight, int Delayed)
{
    public int Total => Visible + InFlight + Delayed;
}
