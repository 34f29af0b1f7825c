namespace Hashee.Repository.Tests.Architecture;

/// <summary>A project and what it may know, near and far.</summary>
/// <param name="Name">Its folder in <c>src</c>.</param>
/// <param name="Knows">The projects of this repository that it may reach.</param>
internal sealed record Project(string Name, params string[] Knows)
{
    /// <summary>Every project there may be. Whoever adds one says here what it is allowed to know.</summary>
    public static IReadOnlyList<Project> All { get; } =
    [
        new("Hashee.Protocol"),
        new("Hashee.Host"),
        new("Hashee.Aws", "Hashee.Host"),
        new("Hashee.Lambda", "Hashee.Aws", "Hashee.Host"),
        new("Hashee.Agents", "Hashee.Aws", "Hashee.Host", "Hashee.Protocol"),
        new("Hashee.Generators"),
        new("Agent", "Hashee.Agents", "Hashee.Generators", "Hashee.Aws", "Hashee.Host", "Hashee.Protocol"),
        new("Hashee.Webhook", "Hashee.Aws", "Hashee.Host", "Hashee.Lambda", "Hashee.Protocol"),
        new(
            "Hashee.Worker",
            "Agent",
            "Hashee.Agents",
            "Hashee.Generators",
            "Hashee.Aws",
            "Hashee.Host",
            "Hashee.Lambda",
            "Hashee.Protocol"),
        new("Hashee.Emulator", "Hashee.Protocol"),
    ];
}
