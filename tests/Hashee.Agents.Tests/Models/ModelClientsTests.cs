using Hashee.Agents.Models;
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
    public void A_model_is_named_by_its_provider_and_its_id(string name, string expected)
    {
        Set(("HASHEE_MODEL", name), ("OPENAI_API_KEY", "sk-x"));
        using ModelClient model = Create();

        Assert.Equal(expected, model.Name);
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("openai:")]
    [InlineData("openai:gpt 5")]
    [InlineData("echo:x")]
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
