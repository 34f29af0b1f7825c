using System.CommandLine.Parsing;
using System.Reflection;
using System.Text.RegularExpressions;
using Hashee.Emulator.Terminal;

namespace Hashee.EndToEnd.Tests;

/// <summary>What <c>./build.sh run</c> and <c>./build.sh serve</c> are given, and that README.md tells.</summary>
public sealed partial class CommandLineTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    [Fact]
    public async Task A_variable_reaches_the_agent()
    {
        int exitCode = await InvokeAsync(
            "run", "--webhook", Bootstraps.Webhook, "--worker", Bootstraps.Agent, "--env", "GREETING=hello there", "variable GREETING");

        Assert.Equal((0, "hello there"), (exitCode, _output.ToString().Split('\n')[0]));
    }

    [Fact]
    public async Task A_worker_on_the_JIT_answers_like_the_native_one()
    {
        int exitCode = await InvokeAsync("run", "--jit", "--webhook", Bootstraps.Webhook, "--worker", Bootstraps.AgentAssembly, "hello");

        Assert.Equal((0, "Echo: hello"), (exitCode, _output.ToString().Split('\n')[0]));
    }

    [Fact]
    public async Task Every_command_of_the_readme_is_one()
    {
        string root = typeof(Bootstraps).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(static metadata => metadata.Key == "RepositoryRoot").Value!;
        string[] commands = [.. Command().Matches(File.ReadAllText(Path.Combine(root, "README.md"))).Select(static match => match.Value)];
        string variables = Path.GetTempFileName();

        foreach (string command in commands)
        {
            string[] arguments = [.. CommandLineParser.SplitCommandLine(command).Skip(1).Select(word => word == ".env" ? variables : word)];
            Assert.True(await InvokeAsync([arguments[0], "--check", .. arguments[1..]]) == 0, $"{command}: {_errors}");
        }

        File.Delete(variables);
        Assert.InRange(commands.Length, 6, 20);
    }

    public void Dispose()
    {
        _output.Dispose();
        _errors.Dispose();
    }

    private Task<int> InvokeAsync(params string[] arguments) => new CommandLine(Consoles.CreatePlain(_output), _errors).InvokeAsync(arguments);

    [GeneratedRegex("\\./build\\.sh (run|serve)( --?[a-z-]+( (?!\\[)[^-\" \n`]+)?)*( \"[^\"\n]*\")?")]
    private static partial Regex Command();
}
