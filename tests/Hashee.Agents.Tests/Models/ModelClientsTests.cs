using Hashee.Agents.Models;
using Hashee.Emulator.Models;
using Hashee.Host;
using Hashee.Testing;
using Microsoft.Extensions.AI;
using static Hashee.Agents.Tests.Models.ModelTest;

namespace Hashee.Agents.Tests.Models;

public sealed class ModelClientsTests : IDisposable
{
    private readonly NativeEnvironment _environment = new();

    public void Dispose() => _environment.Dispose();

    [Fact]
    public async Task Without_a_name_the_model_is_an_echo()
    {
        using ModelClient model = Create();
        model.Connect(TimeSpan.Zero);

        Assert.Equal("echo", model.Name);
        Assert.Equal("Echo: b [stop] +", Show(await model.GetResponseAsync([.. Says("a"), new(ChatRole.Assistant, "Echo: a"), .. Says("b")], null, Token)));
        Assert.Equal("Echo: a [stop] +", Show((await ReadAsync(model, Says("a"))).Pieces.ToChatResponse()));
    }

    [Theory]
    [InlineData("openai:gpt-5.1", "openai:gpt-5.1")]
    [InlineData("openai:org/model:tag", "openai:org/model:tag")]
    [InlineData("anthropic:claude-x", "anthropic:claude-x")]
    [InlineData("bedrock:eu.anthropic.claude-x-v1:0", "bedrock:eu.anthropic.claude-x-v1:0")]
    [InlineData("bedrock:opus", "bedrock:the-opus")]
    [InlineData("bedrock:sonnet", "bedrock:the-sonnet")]
    [InlineData("bedrock:haiku", "bedrock:the-haiku")]
    public void A_model_is_named_by_its_provider_and_its_id(string name, string expected)
    {
        Set(("HASHEE_MODEL", name), ("OPENAI_API_KEY", "sk-x"), ("ANTHROPIC_API_KEY", "sk-x"), ("AWS_BEARER_TOKEN_BEDROCK", "x"), ("AWS_REGION", "eu-west-1"));
        Set(
            ("ANTHROPIC_DEFAULT_OPUS_MODEL", "the-opus"), ("ANTHROPIC_DEFAULT_SONNET_MODEL", "the-sonnet"), ("ANTHROPIC_DEFAULT_HAIKU_MODEL", "the-haiku"));
        using ModelClient model = Create();

        Assert.Equal(expected, model.Name);
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("openai:")]
    [InlineData("openai:gpt 5")]
    [InlineData("anthropic:")]
    [InlineData("bedrock:")]
    [InlineData("echo:x")]
    [InlineData("claude-code:x")]
    [InlineData("gpt-5")]
    [InlineData("claude-code")]
    public void A_name_that_names_nothing_is_an_error_that_shows_no_value(string name)
    {
        Set(("HASHEE_MODEL", name), ("OPENAI_API_KEY", "sk-x"));

        string problem = Problem();

        Assert.Contains("HASHEE_MODEL is malformed: it ", problem, StringComparison.Ordinal);
        Assert.Equal(name == "claude-code", problem.Contains("in the image of that name only", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://api.example/v1", false)]
    [InlineData("http://127.0.0.1:1/v1", true)]
    [InlineData("https://api.example/v1", true)]
    [InlineData("ftp://api.example", false)]
    public void Plain_http_is_for_loopback_only(string url, bool isTaken)
    {
        Set(("HASHEE_MODEL", "openai:m"), ("OPENAI_API_KEY", "sk-x"), ("OPENAI_BASE_URL", url));

        if (isTaken)
        {
            Create().Dispose();
        }
        else
        {
            Assert.Contains("OPENAI_BASE_URL is malformed", Problem(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void All_mistakes_are_named_together()
    {
        Set(("HASHEE_MODEL", "openai:m"), ("OPENAI_BASE_URL", "x"));

        string problem = Problem();

        Assert.Contains("OPENAI_API_KEY is missing", problem, StringComparison.Ordinal);
        Assert.Contains("OPENAI_BASE_URL is malformed", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sk-x\r\nX-Other: 1")]
    [InlineData("sk-ü")]
    public void A_key_is_fit_for_a_header(string key)
    {
        Set(("HASHEE_MODEL", "openai:m"), ("OPENAI_API_KEY", key));

        Assert.Contains("OPENAI_API_KEY is malformed", Problem(), StringComparison.Ordinal);
        Assert.DoesNotContain("sk", Problem(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bedrock:opus", "ANTHROPIC_DEFAULT_OPUS_MODEL is missing", "AWS_REGION is missing", "AWS_ACCESS_KEY_ID is missing")]
    [InlineData("anthropic:x", "ANTHROPIC_API_KEY is missing")]
    public void What_a_provider_needs_is_named(string name, params string[] expected)
    {
        Set(("HASHEE_MODEL", name));

        string problem = Problem();

        Assert.All(expected, part => Assert.Contains(part, problem, StringComparison.Ordinal));
    }

    [Fact]
    public void A_key_of_another_account_is_whole_or_missing()
    {
        Set(
            ("HASHEE_MODEL", "bedrock:x"), ("AWS_REGION", "eu-west-1"), ("AWS_ACCESS_KEY_ID", "A"), ("AWS_SECRET_ACCESS_KEY", "s"),
            ("BEDROCK_ACCESS_KEY_ID", "B"));

        Assert.Contains("BEDROCK_SECRET_ACCESS_KEY is missing", Problem(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("BEDROCK_REGION", "not a region!")]
    [InlineData("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "http://bedrock.example")]
    [InlineData("AWS_BEARER_TOKEN_BEDROCK", "a b")]
    public void What_of_Bedrock_is_malformed_is_named(string variable, string value)
    {
        Set(
            ("HASHEE_MODEL", "bedrock:x"), ("AWS_REGION", "eu-west-1"), ("AWS_ACCESS_KEY_ID", "A"), ("AWS_SECRET_ACCESS_KEY", "s"), (variable, value));

        Assert.Contains($"{variable} is malformed", Problem(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    [InlineData("bedrock")]
    public async Task The_variables_of_a_scripted_model_lead_to_it(string provider)
    {
        await using ScriptedModel script = await ScriptedModel.StartAsync();
        Set(("AWS_REGION", "eu-west-1"), ("AWS_ACCESS_KEY_ID", "A"), ("AWS_SECRET_ACCESS_KEY", "s"), ("AWS_SESSION_TOKEN", "t"));
        foreach ((string name, string? value) in script.VariablesFor(provider))
        {
            _environment.Set(name, value!);
        }

        using ModelClient model = Create();

        Assert.Equal("You said: hello", (await model.GetResponseAsync(Says("hello"), null, Token)).Text);
    }

    [Fact]
    public async Task The_functions_own_keys_and_an_API_key_open_Bedrock_too()
    {
        await using ScriptedModel script = await ScriptedModel.StartAsync();
        Set(
            ("HASHEE_MODEL", "bedrock:x"), ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", $"{script.Origin}".TrimEnd('/')), ("AWS_REGION", script.Account.Region),
            ("AWS_ACCESS_KEY_ID", script.Account.AccessKeyId), ("AWS_SECRET_ACCESS_KEY", script.Account.SecretAccessKey),
            ("AWS_SESSION_TOKEN", script.Account.SessionToken!));
        using ModelClient signed = Create();
        Set(("AWS_BEARER_TOKEN_BEDROCK", script.Key));
        using ModelClient bearer = Create();

        Assert.Equal("You said: a", (await signed.GetResponseAsync(Says("a"), null, Token)).Text);
        Assert.Equal("You said: b", (await bearer.GetResponseAsync(Says("b"), null, Token)).Text);
        Assert.Equal($"Bearer {script.Key}", script.Requests.Entries[1].Headers["Authorization"]);
    }

    private static ModelClient Create()
    {
        Configuration settings = new();
        ModelClient model = ModelClients.Create(settings);
        settings.ThrowIfInvalid();
        return model;
    }

    private static string Problem() => Assert.Throws<ConfigurationException>(Create).Message;

    private void Set(params (string Name, string Value)[] variables)
    {
        foreach ((string name, string value) in variables)
        {
            _environment.Set(name, value);
        }
    }
}
