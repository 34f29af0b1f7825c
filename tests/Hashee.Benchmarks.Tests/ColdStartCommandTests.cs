using System.Text.RegularExpressions;
using Hashee.Benchmarks.ColdStart;

namespace Hashee.Benchmarks.Tests;

public sealed class ColdStartCommandTests
{
    [Theory]
    [InlineData("--runs 3 --programs webhook,go-few-roots --cold-file --one-core --memory 128,512 --no-early-connection --json a.json --results b")]
    [InlineData("--cold-libraries --one-core --publish")]
    [InlineData("")]
    public void Documented_options_are_accepted(string options) => Assert.Empty(ColdStartCommand.Create().Parse(options).Errors);

    [Theory]
    [InlineData("--runs 0", "--runs must be at least 1")]
    [InlineData("--memory 64", "--memory takes sizes from 128 to 10240 MB, not '64'")]
    [InlineData("--memory 128,12x", "--memory takes sizes from 128 to 10240 MB, not '12x'")]
    [InlineData("--publish --results b", "--publish and --results both say where the results go: give one of them")]
    [InlineData("--few-roots", "Unrecognized command or argument '--few-roots'.")]
    public void What_makes_no_sense_is_named(string options, string message) =>
        Assert.Equal(message, Assert.Single(ColdStartCommand.Create().Parse(options).Errors).Message);

    [Fact]
    public void A_program_that_nobody_knows_is_named_beside_those_that_there_are()
    {
        string message = Assert.Single(ColdStartCommand.Create().Parse("--programs webhook,gopher").Errors).Message;

        Assert.StartsWith("there is no program 'gopher'; there are webhook, rust-minimal, ", message, StringComparison.Ordinal);
        Assert.All(ProgramCatalog.Names, name => Assert.Contains(name, message, StringComparison.Ordinal));
    }

    [Fact]
    public void Libraries_that_a_shell_would_load_are_not_measured_as_cold() =>
        Assert.StartsWith(
            "--cold-libraries and --memory cannot go together",
            Assert.Single(ColdStartCommand.Create().Parse("--cold-libraries --memory 128").Errors).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData(2, "cold-start", "--check", "--bogus")]
    [InlineData(2, "cold-start", "--check", "--runs", "many")]
    [InlineData(0, "cold-start", "--check", "--runs", "3")]
    public void Options_can_be_checked_before_anything_is_built(int result, params string[] arguments) =>
        Assert.Equal(result, ColdStartCommand.Run(arguments));

    [Fact]
    public void The_script_knows_the_same_options()
    {
        string script = File.ReadAllText(Path.Combine(Repository.FindRoot(), "build.sh"));
        string known = Regex.Match(script, "^cold_start_options='(.*)'$", RegexOptions.Multiline).Groups[1].Value;

        Assert.Equal(
            ColdStartCommand.Create().Options.Where(static option => !option.Hidden).Select(static option => option.Name)
                .Append("--help").Append("-h").Order(StringComparer.Ordinal),
            known.Split(' ').Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Results_are_built_unless_they_are_to_be_published()
    {
        string root = Repository.FindRoot();

        Assert.Equal(Path.Combine(root, "artifacts", "results"), Repository.ResultsFolder(publish: false, "AMD-EPYC"));
        Assert.Equal(Path.Combine(root, "benchmarks", "results", "AMD-EPYC"), Repository.ResultsFolder(publish: true, "AMD-EPYC"));
    }
}
