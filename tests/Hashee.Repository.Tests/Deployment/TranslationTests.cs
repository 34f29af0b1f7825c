namespace Hashee.Repository.Tests.Deployment;

/// <summary>
/// What a deployment makes, whole, as files that a review sees change: Snapshots/*.yaml beside this file. After a change of template.yaml
/// that is meant, run these tests and take what they wrote:
/// <c>cp artifacts/snapshots/*.yaml tests/Hashee.Repository.Tests/Deployment/Snapshots/</c>.
/// </summary>
public sealed class TranslationTests
{
    private const string Folder = "tests/Hashee.Repository.Tests/Deployment/Snapshots";

    private static readonly Dictionary<string, string> Required = new[]
    {
        "HasheeAgentId", "HasheeAgentToken", "HasheeWebhookSecret", "HasheeX25519Private", "HasheeEd25519Private",
    }.ToDictionary(static name => name, static name => $"({name})");

    /// <summary>By the snapshot's name: the parameters that are not left at their defaults.</summary>
    private static readonly Dictionary<string, Dictionary<string, string>> Stacks = new()
    {
        ["defaults"] = new(Required),
        ["everything"] = new(Required)
        {
            ["AlarmEmail"] = "(AlarmEmail)",
            ["AnthropicApiKey"] = "(AnthropicApiKey)",
            ["Architecture"] = "x86_64",
            ["KmsKeyArn"] = "(KmsKeyArn)",
            ["Model"] = "bedrock:sonnet",
            ["OpenAIApiKey"] = "secretsmanager:models#openai",
            ["ParameterNames"] = "app/token,other",
            ["SecretArns"] = "(SecretArns 1),(SecretArns 2)",
            ["Tracing"] = "Active",
            ["WebhookReservedConcurrency"] = "5",
            ["WorkerPolicyArn"] = "(WorkerPolicyArn)",
            ["WorkerTimeout"] = "300",
        },
        ["stateless"] = new(Required)
        {
            ["SessionTable"] = "off",
        },
    };

    public static TheoryData<string> Names => [.. Stacks.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_a_deployment_makes_is_what_the_snapshot_says(string name)
    {
        string made = Translate(name).Write();
        Directory.CreateDirectory(Repository.PathOf("artifacts/snapshots"));
        File.WriteAllText(Repository.PathOf($"artifacts/snapshots/{name}.yaml"), made);

        string[] expected = Repository.Exists($"{Folder}/{name}.yaml") ? Repository.Read($"{Folder}/{name}.yaml").Split('\n') : [];
        string[] actual = made.Split('\n');
        int line = Enumerable.Range(0, Math.Max(expected.Length, actual.Length))
            .FirstOrDefault(i => expected.ElementAtOrDefault(i) != actual.ElementAtOrDefault(i), -1);
        Assert.True(line < 0, $"""
            {Folder}/{name}.yaml, line {line + 1}, says:
              {expected.ElementAtOrDefault(line)}
            and template.yaml makes:
              {actual.ElementAtOrDefault(line)}
            If that is meant: cp artifacts/snapshots/*.yaml {Folder}/
            """);
    }

    [Fact]
    public void Both_sides_of_every_condition_are_in_the_snapshots()
    {
        Translation[] translations = [.. Stacks.Keys.Select(Translate)];

        Assert.NotEmpty(translations[0].Conditions);
        Assert.All(
            translations[0].Conditions,
            condition => Assert.Equal([false, true], translations.Select(translation => translation.Holds(condition)).Distinct().Order()));
    }

    [Fact]
    public void Every_snapshot_has_a_test() => Assert.Equal(
        Stacks.Keys.Order(),
        Directory.GetFiles(Repository.PathOf(Folder)).Select(Path.GetFileNameWithoutExtension).Order());

    private static Translation Translate(string name) => new(Template.Read().Root, Stacks[name]);
}
