using System.Globalization;
using System.Text.RegularExpressions;
using Hashee.Protocol;
using Hashee.Repository.Tests.Deployment;

namespace Hashee.Repository.Tests.Documents;

/// <summary>docs/operations.md against the template and what the functions write.</summary>
public sealed partial class OperationsTests
{
    private static readonly string Document = Repository.Read("docs/operations.md");
    private static readonly Template Template = Template.Read();

    [Fact]
    public void Every_parameter_is_explained()
    {
        string section = Section("Parameters");
        Assert.All(Template.Keys("Parameters"), name => Assert.Contains($"`{name}`", section, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_alarm_is_explained_and_none_that_does_not_exist() => Assert.Equal(
        Template.ResourcesOf("AWS::CloudWatch::Alarm"),
        Rows("Alarms").Select(static cells => cells[0].Trim('`')).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_metric_that_is_explained_is_written_by_its_function()
    {
        IReadOnlyList<string[]> rows = Rows("Metrics");
        Assert.NotEmpty(rows);
        Assert.All(rows, static cells =>
        {
            string sources = SourcesOf(cells[0]);
            Assert.All(Code().Matches(cells[1]), name => Assert.Contains($"\"{name.Groups["text"].Value}\"", sources, StringComparison.Ordinal));
        });
    }

    [Fact]
    public void Every_metric_that_a_function_writes_is_explained() => Assert.All(
        ["webhook", "worker"],
        static function =>
        {
            string explained = string.Concat(Rows("Metrics").Where(cells => cells[0] == function).Select(static cells => cells[1]));
            string sources = function == "webhook" ? Repository.ReadSources("src/Hashee.Webhook")
                : Repository.ReadSources("src/Hashee.Worker") + Repository.ReadSources("src/Hashee.Lambda/Batches");
            IEnumerable<string> written = MetricName().Matches(sources).Select(static match => match.Groups["name"].Value);
            Assert.NotEmpty(written);
            Assert.All(written, name => Assert.Contains($"`{name}`", explained, StringComparison.Ordinal));
        });

    [Fact]
    public void Every_log_record_that_is_explained_is_written_by_its_function()
    {
        IReadOnlyList<string[]> rows = Rows("Logs");
        Assert.NotEmpty(rows);
        Assert.All(rows, static cells =>
        {
            string sources = SourcesOf(cells[0]) + SourcesOf("both");
            Assert.Contains($"\"{cells[2].Trim('`')}\"", sources, StringComparison.Ordinal);
            Assert.All(Code().Matches(cells[3]), field => Assert.Contains($"\"{field.Groups["text"].Value}\"", sources, StringComparison.Ordinal));
        });
    }

    [Fact]
    public void The_records_that_queries_look_for_are_explained()
    {
        IEnumerable<string> explained = Rows("Logs").Select(static cells => cells[2].Trim('`'));
        IEnumerable<string> sought = Sentence().Matches(Section("Logs")).Select(static match => match.Value);
        Assert.NotEmpty(sought);
        Assert.All(sought, message => Assert.Contains(message, explained));
    }

    [Fact]
    public void Every_outcome_of_a_refused_message_has_advice()
    {
        string section = Section("Dead letters");
        Assert.All(
            Enum.GetValues<EnvelopeOutcome>().Where(static outcome => outcome is not (EnvelopeOutcome.Undecided or EnvelopeOutcome.Opened)),
            outcome => Assert.Contains($"`{outcome.Name()}`", section, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void The_costs_add_up(int column)
    {
        List<string[]> rows = [.. Rows("Costs").SkipWhile(static cells => !cells[0].StartsWith("webhook", StringComparison.Ordinal))];
        int last = rows.FindIndex(static cells => cells[0] == "**sum**");
        Assert.Equal(Amount(rows[last][column]), rows[..last].Sum(cells => Amount(cells[column])));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    public void Durations_cost_what_the_price_of_a_GB_second_makes_of_them(int priceColumn, int column)
    {
        IReadOnlyList<string[]> rows = Rows("Costs");
        decimal price = Amount(Row(rows, "Lambda, GB-second")[priceColumn]) * 1_000_000;
        Assert.Equal(Math.Round(price * 0.125m * 0.010m, 2), Amount(Row(rows, "webhook, duration")[column]));
        Assert.Equal(Math.Round(price * 0.125m * 0.100m / 100, 2), Amount(Row(rows, "webhook, cold starts")[column]));
        Assert.Equal(Math.Round(price * 1m * 0.200m, 2), Amount(Row(rows, "worker, duration")[column]));
        Assert.Equal(Math.Round(price, 2), Amount(Row(rows, "each second that the agent thinks")[column]));
    }

    [Fact]
    public void The_example_configuration_sets_no_secret()
    {
        string example = Repository.Read("samconfig.toml.example");
        Assert.All(
            Template.Keys("Parameters").Where(static name => Template[$"Parameters/{name}/NoEcho"] == "true"),
            name => Assert.DoesNotContain($"{name}=", example, StringComparison.Ordinal));
    }

    private static string SourcesOf(string function) => function switch
    {
        "webhook" => Repository.ReadProgram("src/Hashee.Webhook"),
        "worker" => Repository.ReadProgram("src/Hashee.Worker"),
        _ => Repository.ReadProgram("src/Hashee.Lambda"),
    };

    private static string Section(string heading)
    {
        Match section = Regex.Match(Document, $"^## {Regex.Escape(heading)}\n.*?(?=^## |\\z)", RegexOptions.Multiline | RegexOptions.Singleline);
        Assert.True(section.Success, $"docs/operations.md has no section \"{heading}\".");
        return section.Value;
    }

    /// <summary>The cells of every row of every table in a section, without the heads.</summary>
    private static IReadOnlyList<string[]> Rows(string heading)
    {
        string[] lines = Section(heading).Split('\n');
        return
        [
            .. lines
                .Where((line, i) => line.StartsWith("| ", StringComparison.Ordinal) && line.EndsWith('|')
                    && !lines[i + 1].StartsWith("|---", StringComparison.Ordinal))
                .Select(static line => line[1..^1].Split('|', StringSplitOptions.TrimEntries)),
        ];
    }

    private static string[] Row(IEnumerable<string[]> rows, string name) => rows.Single(cells => cells[0] == name);

    private static decimal Amount(string cell) => decimal.Parse(cell.Trim('*'), CultureInfo.InvariantCulture);

    [GeneratedRegex("`(?<text>[^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"new(?: Metric(?:Dimension)?)?\(""(?<name>[A-Z][A-Za-z]+)"",")]
    private static partial Regex MetricName();

    [GeneratedRegex("(?<=\")[A-Z][a-z ]+\\.(?=\")")]
    private static partial Regex Sentence();
}
