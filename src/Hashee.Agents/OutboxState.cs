namespace Hashee.Agents;

/// <summary>How far an outbox is: what another one needs to go on numbering where this one stops.</summary>
/// <param name="Sent">The messages that were to be sent to the conversation.</param>
/// <param name="Unasked">Those to other conversations, by their ids.</param>
/// <param name="Written">The pieces of a message that is not finished.</param>
internal sealed record OutboxState(int Sent, IReadOnlyDictionary<string, int> Unasked, string Written)
{
    public static OutboxState Nothing { get; } = new(0, new Dictionary<string, int>(), "");
}
