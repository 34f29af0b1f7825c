namespace Hashee.Repository.Tests.Architecture;

public class ProjectTests
{
    /// <summary>The namespace of files that several projects compile, each for itself: it belongs to all of them.</summary>
    private const string Linked = "Hashee.Formats";

    public static TheoryData<string> Projects => new(Project.All.Select(static project => project.Name));

    [Fact]
    public void Every_project_has_said_what_it_may_know() => Assert.Equal(
        Directory.EnumerateFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories)
            .Select(static path => Path.GetFileNameWithoutExtension(path))
            .Order(StringComparer.Ordinal),
        Project.All.Select(static project => project.Name).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_refers_only_to_what_it_may_know(string name) => Assert.Empty(
        Repository.Closure($"src/{name}").Select(static folder => Path.GetFileName(folder)).Except([name, .. Find(name).Knows]));

    [Theory]
    [MemberData(nameof(Projects))]
    public void The_code_of_a_project_names_only_what_it_may_know(string name) => Assert.Empty(
        SourceFile.AllOf($"src/{name}").SelectMany(file => file.Namespaces
            .Except([name, Linked, .. Find(name).Knows])
            .Select(other => $"{file.Path} names {other}")));

    [Theory]
    [MemberData(nameof(Projects))]
    public void What_a_project_may_know_may_know_no_more_than_it(string name) => Assert.All(
        Find(name).Knows,
        known => Assert.Empty(Find(known).Knows.Except(Find(name).Knows)));

    /// <summary>They face the internet: what they cannot reach, nobody gets out of them.</summary>
    [Theory]
    [InlineData("Hashee.Webhook")]
    public void A_front_door_reaches_neither_an_agent_nor_a_private_key(string name)
    {
        Assert.DoesNotContain("Hashee.Agents", Find(name).Knows);
        Assert.DoesNotContain(
            SourceFile.AllOf($"src/{name}").SelectMany(static file => file.Used),
            static used => used.EndsWith("PrivateKey", StringComparison.Ordinal));
    }

    [Fact]
    public void Agents_never_reach_Lambda() => Assert.DoesNotContain("Hashee.Lambda", Find("Hashee.Agents").Knows);

    private static Project Find(string name) => Project.All.Single(project => project.Name == name);
}
