using System.Security.Cryptography;
using Hashee.Agents;
using Hashee.Agents.Platform;
using Hashee.Host;
using Hashee.Protocol;
using Hashee.Testing;
using Hashee.Testing.Servers;

namespace Hashee.Worker.Tests;

public class ConfigurationTests
{
    private const string Secret = "confidential";

    private static readonly string Key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private static readonly (string Name, string Value)[] Required =
    [
        ("HASHEE_AGENT_ID", "agent"),
        ("HASHEE_AGENT_TOKEN", "hsk_token"),
        ("HASHEE_X25519_PRIVATE_BASE64", Key),
        ("HASHEE_ED25519_PRIVATE_BASE64", Key),
    ];

    private static readonly (string Name, string Value)[] Queue =
    [
        ("JOBS_QUEUE_URL", "https://sqs.eu-central-1.amazonaws.com/123456789012/jobs.fifo"),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", Secret),
    ];

    [Fact]
    public void What_is_required_is_enough()
    {
        HasheeConfiguration configuration = Read(Required);

        Assert.Equal(
            ("agent", "hsk_token", "https://api.hashee.ai", true, false),
            (configuration.AgentId, configuration.AgentToken, configuration.BaseUrl, configuration.VerifySender, configuration.SealReplies));
        Assert.True(X25519PrivateKey.TryImportBase64(Key, out X25519PrivateKey? encryptionKey));
        Assert.True(Ed25519PrivateKey.TryImportBase64(Key, out Ed25519PrivateKey? signingKey));
        Assert.Equal(encryptionKey, configuration.EncryptionKey);
        Assert.Equal(signingKey, configuration.SigningKey);
        Assert.Null(Problem(Required));
    }

    [Fact]
    public void Options_are_read()
    {
        HasheeConfiguration configuration = Read(
            [.. Required, ("HASHEE_BASE_URL", "http://127.0.0.1:8080/x"), ("HASHEE_SENDER_SIGNATURE", "off"), ("HASHEE_REPLY", "sealed")]);

        Assert.Equal(
            ("http://127.0.0.1:8080/x", false, true), (configuration.BaseUrl, configuration.VerifySender, configuration.SealReplies));
    }

    [Fact]
    public void Where_sessions_are_kept_is_read_when_the_worker_starts()
    {
        Assert.Null(Problem([.. Required, ("HASHEE_SESSIONS_FOLDER", "/tmp/sessions")]));
        string? problem = Problem([.. Required, ("HASHEE_SESSIONS_FOLDER", "/tmp/sessions"), ("SESSION_TABLE", "sessions")]);
        Assert.Contains("HASHEE_SESSIONS_FOLDER is malformed", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_worker_connects_to_its_session_store_when_it_starts()
    {
        using LoopbackServer table = new(static connection => connection.ReadRequest());
        using LoopbackServer bucket = new(static connection => connection.ReadRequest());

        Assert.Null(Problem(
        [
            .. Required, .. Queue,
            ("HASHEE_BASE_URL", "http://127.0.0.1:9"),
            ("SESSION_TABLE", "sessions"), ("AWS_ENDPOINT_URL_DYNAMODB", $"http://127.0.0.1:{table.Port}"),
            ("SESSION_BUCKET", "bucket"), ("AWS_ENDPOINT_URL_S3", $"http://127.0.0.1:{bucket.Port}"),
        ]));

        table.WaitForConnection();
        bucket.WaitForConnection();
    }

    [Fact]
    public void An_Ed25519_key_may_be_a_seed_with_its_public_key()
    {
        Assert.True(Ed25519PrivateKey.TryImportBase64(Key, out Ed25519PrivateKey? signingKey));
        byte[] both = [.. Convert.FromBase64String(Key), .. signingKey.PublicKey.Bytes];

        Assert.Equal(signingKey, Read([.. Required, ("HASHEE_ED25519_PRIVATE_BASE64", Convert.ToBase64String(both))]).SigningKey);
    }

    [Fact]
    public void Everything_that_is_missing_is_named_at_once()
    {
        string? problem = Problem([("JOBS_DEAD_LETTER_QUEUE_URL", "https://sqs.eu-central-1.amazonaws.com/123456789012/dead.fifo")]);

        Assert.All(
            [
                "HASHEE_AGENT_ID", "HASHEE_AGENT_TOKEN", "HASHEE_X25519_PRIVATE_BASE64", "HASHEE_ED25519_PRIVATE_BASE64",
                "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
            ],
            name => Assert.Contains($"{name} is missing", problem, StringComparison.Ordinal));
        Assert.DoesNotContain("malformed", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_that_is_malformed_is_named_at_once_and_no_value_is_shown()
    {
        (string Name, string Value)[] malformed =
        [
            ("HASHEE_AGENT_TOKEN", $"{Secret} token"),
            ("HASHEE_X25519_PRIVATE_BASE64", Secret),
            ("HASHEE_ED25519_PRIVATE_BASE64", Secret),
            ("HASHEE_BASE_URL", $"http://{Secret}.example"),
            ("HASHEE_SENDER_SIGNATURE", Secret),
            ("HASHEE_REPLY", Secret),
            ("JOBS_QUEUE_URL", Secret),
            ("JOBS_DEAD_LETTER_QUEUE_URL", Secret),
            ("AWS_ENDPOINT_URL_SQS", Secret),
        ];

        string? problem = Problem([("HASHEE_AGENT_ID", ".."), .. Queue, .. malformed]);

        Assert.All(malformed, variable => Assert.Contains($"{variable.Name} is malformed", problem, StringComparison.Ordinal));
        Assert.Contains("HASHEE_AGENT_ID is malformed", problem, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("missing", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HASHEE_AGENT_ID", ".")]
    [InlineData("HASHEE_AGENT_ID", "..")]
    [InlineData("HASHEE_AGENT_TOKEN", "two words")]
    [InlineData("HASHEE_AGENT_TOKEN", "line\nbreak")]
    [InlineData("HASHEE_AGENT_TOKEN", "größe")]
    [InlineData("HASHEE_X25519_PRIVATE_BASE64", "AAAA")]
    [InlineData("HASHEE_ED25519_PRIVATE_BASE64", "AAAA")]
    [InlineData("HASHEE_BASE_URL", "api.hashee.ai")]
    [InlineData("HASHEE_BASE_URL", "https://user@api.hashee.ai")]
    [InlineData("HASHEE_BASE_URL", "https://api.hashee.ai?x=y")]
    [InlineData("HASHEE_BASE_URL", "https://api..hashee.ai")]
    [InlineData("HASHEE_BASE_URL", "http://api.hashee.ai")]
    [InlineData("HASHEE_SENDER_SIGNATURE", "Off")]
    [InlineData("HASHEE_REPLY", "open")]
    [InlineData("JOBS_QUEUE_URL", "http://sqs.eu-central-1.amazonaws.com/123456789012/jobs.fifo")]
    [InlineData("JOBS_DEAD_LETTER_QUEUE_URL", "/123456789012/dead.fifo")]
    public void A_value_that_cannot_be_used_is_malformed(string name, string value)
    {
        string? problem = Problem([.. Required, .. Queue, (name, value)]);

        Assert.StartsWith($"The function's configuration is invalid. {name} is malformed: it must be ", problem, StringComparison.Ordinal);
        Assert.Equal(1, problem?.Split("is malformed").Length - 1);
    }

    [Fact]
    public void An_agents_id_has_at_most_255_bytes()
    {
        Assert.Null(Problem([.. Required, ("HASHEE_AGENT_ID", new string('ö', 127) + "o")]));
        Assert.Contains("HASHEE_AGENT_ID", Problem([.. Required, ("HASHEE_AGENT_ID", new string('ö', 128))]), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_halves_of_an_Ed25519_key_that_do_not_agree_are_malformed() => Assert.Contains(
        "HASHEE_ED25519_PRIVATE_BASE64 is malformed",
        Problem([.. Required, ("HASHEE_ED25519_PRIVATE_BASE64", Convert.ToBase64String(RandomNumberGenerator.GetBytes(64)))]),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("hashee")]
    [InlineData("bootstrap")]
    [InlineData("")]
    public void The_handlers_hashee_and_bootstrap_and_none_are_Hashees_door(string handler) =>
        Assert.Null(Problem([.. Required, ("_HANDLER", handler)]));

    [Theory]
    [InlineData("telegram")]
    [InlineData("Hashee")]
    [InlineData("index.handler")]
    public void A_handler_that_there_is_not_is_named_with_those_that_there_are(string handler) => Assert.Equal(
        $"The function's setting Handler is {handler}, and this worker has no such door: it must be hashee, bootstrap (the same), or empty.",
        Problem([.. Required, ("_HANDLER", handler)]));

    [Fact]
    public void What_an_agent_requires_is_named_with_all_else_that_is_missing()
    {
        string? problem = Problem([.. Required[1..], ("WEATHER_LIMIT", "many")], static settings =>
        {
            string key = settings.Require("WEATHER_KEY");
            int limit = settings.WholeNumber("WEATHER_LIMIT", 1, 1, 9);
            return new ScriptedAgent(_ => key + limit);
        });

        Assert.Equal(
            "The function's configuration is invalid. HASHEE_AGENT_ID is missing. WEATHER_KEY is missing. "
                + "WEATHER_LIMIT is malformed: it must be a whole number, 1 to 9.",
            problem);
    }

    [Fact]
    public void An_agent_that_cannot_do_without_a_setting_does_not_hide_that_it_is_missing() => Assert.Equal(
        "The function's configuration is invalid. WEATHER_URL is missing.",
        Problem(Required, static settings => throw new UriFormatException(settings.Require("WEATHER_URL"))));

    [Fact]
    public void What_an_agents_own_code_throws_at_the_start_is_thrown() =>
        Assert.Throws<UriFormatException>(() => Problem(Required, static _ => throw new UriFormatException()));

    [Fact]
    public void Settings_may_have_a_default() => Assert.Null(Problem([.. Required, ("GREETING", "hi")], static settings =>
    {
        Assert.Equal(("hi", "blue"), (settings.Text("GREETING", "hello"), settings.Text("COLOUR", "blue")));
        return new EchoAgent();
    }));

    [Fact]
    public void Ten_groups_that_block_leave_threads_for_their_HTTP()
    {
        ThreadPool.SetMinThreads(1, 1);

        Assert.Null(Problem(Required));

        ThreadPool.GetMinThreads(out int workers, out _);
        Assert.InRange(workers, 20, 64);
    }

    [Fact]
    public void A_configuration_does_not_print_its_secrets()
    {
        string text = Read(Required).ToString();

        Assert.All(Required.Skip(1), variable => Assert.DoesNotContain(variable.Value, text, StringComparison.Ordinal));
    }

    private static HasheeConfiguration Read(ReadOnlySpan<(string Name, string Value)> variables)
    {
        using NativeEnvironment environment = Environment(variables);
        Configuration configuration = new();
        HasheeConfiguration worker = HasheeConfiguration.Read(configuration);
        configuration.ThrowIfInvalid();
        return worker;
    }

    /// <summary>What the worker says when it starts in this environment; null if it starts.</summary>
    private static string? Problem(ReadOnlySpan<(string Name, string Value)> variables, Func<Configuration, IAgent>? create = null)
    {
        using NativeEnvironment environment = Environment(variables);
        try
        {
            WorkerFunction.Start(create ?? (static _ => new EchoAgent()));
            return null;
        }
        catch (ConfigurationException e)
        {
            return e.Message;
        }
    }

    private static NativeEnvironment Environment(ReadOnlySpan<(string Name, string Value)> variables)
    {
        NativeEnvironment environment = new();
        foreach ((string name, string value) in variables)
        {
            environment.Set(name, value);
        }

        return environment;
    }
}
