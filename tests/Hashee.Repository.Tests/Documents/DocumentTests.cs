using System.Text.RegularExpressions;
using Hashee.Repository.Tests.Deployment;

namespace Hashee.Repository.Tests.Documents;

/// <summary>What README.md and docs/ name has to exist.</summary>
public sealed partial class DocumentTests
{
    public static TheoryData<string> Documents => [.. Repository.Documents];

    public static TheoryData<string> DocumentsAndExamples => [.. Repository.Documents, "samconfig.toml.example", ".github/workflows/ci.yml"];

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_document_names_only_environment_variables_that_the_sources_read(string document)
    {
        string sources = Repository.ReadSources("src");
        Assert.All(
            EnvironmentVariable().Matches(Repository.Read(document)).Select(static match => match.Value).Distinct(StringComparer.Ordinal),
            name => Assert.Matches($"\\b{name}\\b", sources));
    }

    [Theory]
    [MemberData(nameof(DocumentsAndExamples))]
    public async Task A_document_gives_only_commands_that_the_build_script_has(string document)
    {
        (int exitCode, string help) = (await CommandLine.TryRunAsync("bash", "build.sh", "help"))!.Value;
        Assert.Equal(0, exitCode);
        string usage = string.Join('\n', Usage().Matches(help).Select(static match => match.Value));
        Assert.All(
            BuildCommand().Matches(Repository.Read(document))
                .Select(static match => match.Groups["command"].Value)
                .Where(static command => command != ""),
            command => Assert.Matches($@"(?<![\w-]){Regex.Escape(command)}(?![\w-])", usage));
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void The_links_of_a_document_lead_somewhere(string document) => Assert.All(
        Link().Matches(Repository.Read(document))
            .Select(static match => match.Groups["target"].Value)
            .Where(static target => !target.Contains("://", StringComparison.Ordinal)),
        target =>
        {
            string[] parts = target.Split('#', 2);
            string file = parts[0] == "" ? document : Path.Combine(Path.GetDirectoryName(document)!, parts[0]);
            Assert.True(Repository.Exists(file), $"{document} links to {target}, and there is no {file}.");
            if (parts.Length == 2)
            {
                Assert.Contains(parts[1], Heading().Matches(Repository.Read(file)).Select(static match => Anchor(match.Groups["text"].Value)));
            }
        });

    [Theory]
    [MemberData(nameof(Documents))]
    public void The_files_that_a_document_names_exist(string document) => Assert.All(
        FileName().Matches(Repository.Read(document)).Select(static match => match.Groups["path"].Value),
        path => Assert.True(Repository.Exists(path), $"{document} names {path}, which does not exist."));

    [Theory]
    [MemberData(nameof(DocumentsAndExamples))]
    public void A_document_sets_only_parameters_and_asks_only_for_outputs_that_the_template_has(string document)
    {
        Template template = Template.Read();
        string text = Repository.Read(document);
        IReadOnlyList<string> parameters = template.Keys("Parameters");
        Assert.All(
            ParameterOverrides().Matches(text).SelectMany(static line => Assignment().Matches(line.Value)),
            match => Assert.Contains(match.Groups["name"].Value, parameters));
        IReadOnlyList<string> outputs = template.Keys("Outputs");
        Assert.All(OutputOf().Matches(text), match => Assert.Contains(match.Groups["name"].Value, outputs));
    }

    [Fact]
    public void The_agents_in_the_readme_are_those_that_are_compiled_and_tested() => Assert.Equal(
        ((string[])["WordCountAgent", "ShopAgent"]).Select(static name => Repository.Read($"tests/Hashee.Agents.Tests/Readme/{name}.cs").TrimEnd('\n')),
        CSharpBlock().Matches(Repository.Read("README.md")).Select(static match => match.Groups["code"].Value));

    [Fact]
    public void The_tool_that_the_page_on_agents_shows_is_compiled_and_tested() => Assert.Equal(
        Repository.Read("tests/Hashee.Agents.Tests/Readme/Weather.cs").TrimEnd('\n'),
        Assert.Single(CSharpBlock().Matches(Repository.Read("docs/agents.md")).Select(static match => match.Groups["code"].Value)));

    // As GitHub makes them: lower case, no punctuation, hyphens for spaces.
    private static string Anchor(string heading) => new(
    [
        .. heading.ToLowerInvariant()
            .Where(static c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')
            .Select(static c => c == ' ' ? '-' : c),
    ]);

    [GeneratedRegex(@"\b(?:HASHEE|AWS|JOBS)_[A-Z0-9_]*[A-Z0-9]\b")]
    private static partial Regex EnvironmentVariable();

    [GeneratedRegex(@"\./build\.sh(?: --arch)? *(?<command>[a-z][a-z0-9-]*)?")]
    private static partial Regex BuildCommand();

    // What stands before the explanation, which two spaces set off.
    [GeneratedRegex(@"^\./build\.sh(?: \S+)+", RegexOptions.Multiline)]
    private static partial Regex Usage();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)|\b(?:src|href)=""(?<target>[^""]+)""")]
    private static partial Regex Link();

    [GeneratedRegex(@"`(?<path>(?:src|tests|benchmarks|docs|eng)/[^`\s]*)`")]
    private static partial Regex FileName();

    [GeneratedRegex("^```csharp\n(?<code>.*?)\n```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();

    [GeneratedRegex("^#+ (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("(?<=--parameter-overrides|parameter_overrides = \").*")]
    private static partial Regex ParameterOverrides();

    [GeneratedRegex(@"\b(?<name>[A-Z][A-Za-z0-9]+)=")]
    private static partial Regex Assignment();

    [GeneratedRegex(@"\b(?:output |OutputKey==.)(?<name>[A-Z][A-Za-z0-9]+)")]
    private static partial Regex OutputOf();
}
