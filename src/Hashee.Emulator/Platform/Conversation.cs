namespace Hashee.Emulator.Platform;

/// <summary>Users and one agent that write to each other.</summary>
internal sealed class Conversation(string id, Agent agent, IReadOnlyList<User> users)
{
    public string Id { get; } = id;

    public Agent Agent { get; } = agent;

    public IReadOnlyList<User> Users { get; } = users;
}
