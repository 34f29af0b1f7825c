using Hashee.Host;
using Hashee.Testing;

namespace Hashee.Agents.Tests.Turns;

public sealed class ModelAgentSettingsTests : IDisposable
{
    private readonly NativeEnvironment _environment = new();

    public void Dispose() => _environment.Dispose();

    [Theory]
    [InlineData("HASHEE_MAX_ITERATIONS", "0")]
    [InlineData("HASHEE_MAX_ITERATIONS", "51")]
    [InlineData("HASHEE_MAX_TOKENS", "0")]
    [InlineData("HASHEE_TEMPERATURE", "warm")]
    [InlineData("HASHEE_TEMPERATURE", "2.1")]
    [InlineData("HASHEE_TEMPERATURE", "-1")]
    [InlineData("HASHEE_TEMPERATURE", "NaN")]
    [InlineData("HASHEE_HISTORY_TURNS", "201")]
    [InlineData("HASHEE_TOOLS", "current_time,rm")]
    [InlineData("HASHEE_MODEL", "nobody:x")]
    public void A_malformed_setting_is_named(string name, string value)
    {
        _environment.Set(name, value);
        Configuration settings = new();

        ModelAgent.Create(settings);

        string problem = Assert.Throws<ConfigurationException>(settings.ThrowIfInvalid).Message;
        Assert.Contains($"{name} is malformed", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("nobody", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "current_time")]
    [InlineData("", "")]
    [InlineData(" ", "")]
    [InlineData("todo, current_time,todo", "todo,current_time")]
    public void The_built_in_tools_are_chosen_by_name(string? value, string expected)
    {
        if (value is not null)
        {
            _environment.Set("HASHEE_TOOLS", value);
        }

        Configuration settings = new();

        Assert.Equal(expected, string.Join(',', BuiltInTools.Read(settings).Select(static tool => tool.Name)));
        settings.ThrowIfInvalid();
    }

    [Theory]
    [InlineData("0")]
    [InlineData("2")]
    [InlineData("0.75")]
    public void Good_settings_are_taken(string temperature)
    {
        _environment.Set("HASHEE_TEMPERATURE", temperature);
        _environment.Set("HASHEE_MAX_ITERATIONS", "50");
        _environment.Set("HASHEE_HISTORY_TURNS", "0");
        Configuration settings = new();

        ModelAgent.Create(settings);

        settings.ThrowIfInvalid();
    }
}
