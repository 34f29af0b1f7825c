using Hashee.Webhook.Tests.World;

namespace Hashee.Webhook.Tests;

[Trait("Binaries", "any")]
public sealed class ConfigurationTests
{
    private static readonly string[] Required =
    [
        "HASHEE_AGENT_ID", "HASHEE_WEBHOOK_SECRET", "JOBS_QUEUE_URL", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
    ];

    public static TheoryData<string> RequiredNames { get; } = [.. Required];

    public static TheoryData<string, string> MalformedValues { get; } = new()
    {
        { "HASHEE_AGENT_ID", "agent-a,agent-b" },
        { "HASHEE_AGENT_ID", "agent-with-a-line-feed\n" },
        { "HASHEE_AGENT_ID", new string('a', 513) },
        { "HASHEE_WEBHOOK_SECRET", "fifteen-bytes-x" },
        { "HASHEE_WEBHOOK_SECRET", "a-secret-that-is-long-enough,but-this-is-not" },
        { "HASHEE_WEBHOOK_SECRET", " ,, , " },
        { "HASHEE_WEBHOOK_SECRET_ENCODING", "hex-adecimal" },
        { "HASHEE_WEBHOOK_SECRET_ENCODING", "BASE64" },
        { "JOBS_QUEUE_URL", "jobs-queue.fifo" },
        { "JOBS_QUEUE_URL", "/123456789012/jobs-queue.fifo" },
        { "JOBS_QUEUE_URL", "https://sqs.eu-central-1.amazonaws.com/123456789012/jobs-queue" },
        { "JOBS_QUEUE_URL", "https://sqs.eu-central-1.amazonaws.com/123456789012/jobs-queue.fifo?x=1" },
        { "JOBS_QUEUE_URL", "https://user:pass@sqs.eu-central-1.amazonaws.com/123456789012/jobs-queue.fifo" },
        { "JOBS_QUEUE_URL", "http://sqs.eu-central-1.amazonaws.com/123456789012/jobs-queue.fifo" },
        { "JOBS_QUEUE_URL", "http://127.0.0.1.example.com/123456789012/jobs-queue.fifo" },
        { "JOBS_QUEUE_URL", "ftp://127.0.0.1/123456789012/jobs-queue.fifo" },
        { "HASHEE_EARLY_CONNECTION", "perhaps-not" },
        { "HASHEE_TLS_PROVIDER", "a-third-one" },
        { "AWS_ENDPOINT_URL_SQS", "localhost:9324" },
        { "AWS_ENDPOINT_URL_SQS", "http://10.11.12.13:9324" },
        { "AWS_ENDPOINT_URL_SQS", "http://localhost:9324/with/a/path" },
    };

    [Fact]
    public async Task With_nothing_configured_one_error_names_every_variable_that_is_required()
    {
        FailedStart start = await FailedStart.RunAsync([]);

        Assert.Equal((1, "Hashee.Host.ConfigurationException"), (start.ExitCode, start.ErrorType));
        Assert.All(Required, name => Assert.Contains($"{name} is missing", start.ErrorMessage, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(RequiredNames))]
    public async Task A_missing_variable_is_the_only_one_named(string name) =>
        await ExpectMissingAsync(name, Good().Where(variable => variable.Key != name));

    [Theory]
    [MemberData(nameof(RequiredNames))]
    public async Task An_empty_variable_counts_as_missing(string name) =>
        await ExpectMissingAsync(name, new Dictionary<string, string>(Good()) { [name] = "" });

    [Theory]
    [MemberData(nameof(MalformedValues))]
    public async Task A_malformed_variable_is_the_only_one_named_and_its_value_is_not_shown(string name, string value)
    {
        FailedStart start = await FailedStart.RunAsync(new Dictionary<string, string>(Good()) { [name] = value });

        Assert.Equal(1, start.ExitCode);
        Assert.Contains($"{name} is malformed: it must ", start.ErrorMessage, StringComparison.Ordinal);
        Assert.DoesNotContain(Good().Keys.Where(other => other != name), other => Mentions(start.ErrorMessage, other));
        Assert.DoesNotContain(value.Trim(), start.ErrorMessage, StringComparison.Ordinal);
        Assert.DoesNotContain(value.Trim(), start.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not base64 at all!")]
    [InlineData("c2hvcnQ=")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_secret_that_is_not_16_bytes_or_more_in_base64_is_malformed(string secret)
    {
        FailedStart start = await FailedStart.RunAsync(new Dictionary<string, string>(Good())
        {
            ["HASHEE_WEBHOOK_SECRET"] = secret,
            ["HASHEE_WEBHOOK_SECRET_ENCODING"] = "base64",
        });

        Assert.Contains("HASHEE_WEBHOOK_SECRET is malformed", start.ErrorMessage, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, start.ErrorMessage + start.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_mistake_is_shown_at_once_and_no_value()
    {
        Dictionary<string, string> environment = MalformedValues
            .GroupBy(static row => row.Data.Item1)
            .ToDictionary(static group => group.Key, static group => group.First().Data.Item2);

        FailedStart start = await FailedStart.RunAsync(environment);

        Assert.All(environment, variable =>
        {
            Assert.Contains($"{variable.Key} is malformed", start.ErrorMessage, StringComparison.Ordinal);
            Assert.DoesNotContain(variable.Value, start.ErrorMessage + start.Output, StringComparison.Ordinal);
        });
        Assert.All(
            ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
            name => Assert.Contains($"{name} is missing", start.ErrorMessage, StringComparison.Ordinal));
    }

    private static Dictionary<string, string> Good() => new()
    {
        ["HASHEE_AGENT_ID"] = "agent",
        ["HASHEE_WEBHOOK_SECRET"] = RunningWebhook.Secret,
        ["JOBS_QUEUE_URL"] = "http://127.0.0.1:9324/123456789012/jobs.fifo",
        ["AWS_REGION"] = "eu-central-1",
        ["AWS_ACCESS_KEY_ID"] = "ASIAEXAMPLEEXAMPLE00",
        ["AWS_SECRET_ACCESS_KEY"] = "example+secret+access+key+example+secret",
    };

    private static async Task ExpectMissingAsync(string name, IEnumerable<KeyValuePair<string, string>> environment)
    {
        FailedStart start = await FailedStart.RunAsync(environment);

        Assert.Equal(1, start.ExitCode);
        Assert.Contains($"{name} is missing", start.ErrorMessage, StringComparison.Ordinal);
        Assert.DoesNotContain(Required.Where(other => other != name), other => Mentions(start.ErrorMessage, other));
    }

    private static bool Mentions(string message, string name) => message.Contains(name + " is", StringComparison.Ordinal);
}
