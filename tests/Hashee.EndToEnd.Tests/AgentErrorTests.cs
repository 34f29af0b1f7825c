using Hashee.Emulator.Terminal;

namespace Hashee.EndToEnd.Tests;

/// <summary>What a developer gets to see when the agent throws, from the native worker.</summary>
[Trait("Binaries", "any")]
public sealed class AgentErrorTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    [Fact]
    public async Task The_exception_its_message_and_its_stack_with_the_names_of_methods_are_shown()
    {
        int exitCode = await RunAsync("fail for me");

        string errors = _errors.ToString();
        Assert.Equal((1, ""), (exitCode, _output.ToString()));
        Assert.Contains(
            "hashee-worker: The agent failed.\n  System.InvalidOperationException: The agent was asked to fail: fail for me\n",
            errors,
            StringComparison.Ordinal);
        Assert.Contains("Hashee.TestAgent.ObedientAgent", errors, StringComparison.Ordinal);
        Assert.Contains("ReplyAsync", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_message_is_kept_out_where_that_is_asked_for()
    {
        await RunAsync("fail for me", "--env", "HASHEE_LOG_AGENT_ERRORS=stack");

        Assert.Contains("System.InvalidOperationException", _errors.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("for me", _errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_user_gets_for_it_is_shown_when_it_is_given_up()
    {
        await RunAsync("fail for me", "--env", "JOBS_TRIES=1");

        Assert.Contains(
            "The worker has given the message up: it is in the dead-letter queue.\nThe user got: Sorry: agent_failed\n", _errors.ToString(), StringComparison.Ordinal);
        Assert.Contains("System.InvalidOperationException: The agent was asked to fail: fail for me", _errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_messages_are_shown_on_lines_of_their_own()
    {
        int exitCode = await RunAsync("twice");

        Assert.Equal((0, "Once.\nTwice.\n"), (exitCode, _output.ToString()[..13]));
    }

    public void Dispose()
    {
        _output.Dispose();
        _errors.Dispose();
    }

    private Task<int> RunAsync(params string[] arguments) => new CommandLine(Consoles.CreatePlain(_output), _errors)
        .InvokeAsync(["run", "--webhook", Bootstraps.Webhook, "--worker", Bootstraps.Agent, .. arguments]);
}
