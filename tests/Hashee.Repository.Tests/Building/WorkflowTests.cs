using System.Text.RegularExpressions;

namespace Hashee.Repository.Tests.Building;

/// <summary>The workflows of continuous integration.</summary>
public sealed partial class WorkflowTests
{
    public static TheoryData<string> Workflows =>
        [.. Directory.EnumerateFiles(Repository.PathOf(".github/workflows")).Select(static path => $".github/workflows/{Path.GetFileName(path)}")];

    [Theory]
    [MemberData(nameof(Workflows))]
    public void An_action_is_pinned_by_its_commit_and_a_tool_by_its_version(string workflow)
    {
        string text = Repository.Read(workflow);

        Assert.All(Actions().Matches(text).Select(static match => match.Value), static action => Assert.Matches("@[0-9a-f]{40} # v[0-9.]+$", action));
        Assert.All(Tools().Matches(text).Select(static match => match.Value), static tool => Assert.Matches("==[0-9.]+$", tool));
    }

    [GeneratedRegex("uses: .+")]
    private static partial Regex Actions();

    [GeneratedRegex("--spec [^ ]+")]
    private static partial Regex Tools();
}
