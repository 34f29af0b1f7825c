using System.Diagnostics;
using Hashee.Emulator.Lambda;

namespace Hashee.Emulator.Tests.Lambda;

public sealed class LambdaFunctionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_goes_to_an_instance_and_its_response_comes_back()
    {
        await using PlayedFunction played = new PlayedFunction().Play(static body => $"[{body}]");

        InvocationResult result = await played.InvokeAsync("1");

        Assert.Equal(InvocationOutcome.Success, result.Outcome);
        Assert.Equal("[1]", PlayedFunction.Text(result));
    }

    [Fact]
    public async Task The_first_invocation_is_cold_and_the_next_one_warm_on_the_same_instance()
    {
        await using PlayedFunction played = new PlayedFunction().Play(static body => body);

        await played.InvokeAsync("1");
        await played.InvokeAsync("2");

        IReadOnlyList<InvocationRecord> records = await played.Invocations.WaitAsync(static _ => true, 2, Cancellation);
        Assert.True(records[0].Cold);
        Assert.NotNull(records[0].Init);
        Assert.False(records[1].Cold);
        Assert.Equal(records[0].InstanceId, records[1].InstanceId);
        Assert.All(records, static record => Assert.True(record.RequestedAt <= record.StartedAt && record.StartedAt < record.CompletedAt));
        Assert.All(records, static record => Assert.Equal(Stopwatch.GetElapsedTime(record.StartedAt, record.CompletedAt), record.Duration));
    }

    [Fact]
    public async Task Invocations_at_the_same_time_run_on_instances_of_their_own()
    {
        TaskCompletionSource bothRun = new();
        int running = 0;
        await using PlayedFunction played = new PlayedFunction().Play(async body =>
        {
            if (Interlocked.Increment(ref running) == 2)
            {
                bothRun.SetResult();
            }

            await bothRun.Task;
            return body;
        });

        await Task.WhenAll(played.InvokeAsync("1"), played.InvokeAsync("2"));

        Assert.Equal(2, played.Invocations.Entries.Select(static record => record.InstanceId).Distinct().Count());
    }

    [Fact]
    public async Task One_invocation_more_than_instances_may_run_is_throttled()
    {
        await using PlayedFunction played = new(static options => options with { MaximumConcurrency = 1 });
        Task<InvocationResult> first = played.InvokeAsync("1");
        RuntimeClient runtime = await played.InstanceAsync();
        RuntimeClient.Event next = await runtime.NextAsync(Cancellation);

        InvocationResult second = await played.InvokeAsync("2");

        Assert.Equal(InvocationOutcome.Throttled, second.Outcome);
        await runtime.RespondAsync(next.RequestId, "1");
        Assert.Equal(InvocationOutcome.Success, (await first).Outcome);
    }

    [Fact]
    public async Task An_assembly_is_run_by_dotnet()
    {
        string assembly = typeof(LambdaFunction).Assembly.Location;
        await using PlayedFunction played = new(options => options with { BootstrapPath = assembly });

        await played.InvokeAsync("1");

        InitError error = Assert.Single(played.InitErrors.Entries);
        Assert.Equal(("Runtime.ExitError", "Runtime exited with error: exit status 2"), (error.ErrorType, error.ErrorMessage));
        Assert.Equal("./build.sh: a command is missing: run or serve", error.LastOutput[0]);
    }

    [Fact]
    public async Task An_error_of_the_function_is_the_result_and_the_instance_lives_on()
    {
        await using PlayedFunction played = new();
        Task<InvocationResult> invocation = played.InvokeAsync("1");
        RuntimeClient runtime = await played.InstanceAsync();
        RuntimeClient.Event next = await runtime.NextAsync(Cancellation);

        await runtime.FailAsync(next.RequestId, """{"errorType":"Boom","errorMessage":"it went wrong"}""");

        InvocationResult result = await invocation;
        Assert.Equal(InvocationOutcome.FunctionError, result.Outcome);
        Assert.Equal("Boom", PlayedFunction.ErrorType(result));
        Assert.Single(played.Function.Instances);
    }

    [Fact]
    public async Task An_invocation_that_takes_too_long_fails_and_its_instance_is_killed()
    {
        await using PlayedFunction played = new(static options => options with { Timeout = TimeSpan.FromSeconds(1) });
        Task<InvocationResult> invocation = played.InvokeAsync("1");
        await (await played.InstanceAsync()).NextAsync(Cancellation);

        InvocationResult result = await invocation;

        Assert.Equal("Sandbox.Timedout", PlayedFunction.ErrorType(result));
        Assert.EndsWith("Task timed out after 1.00 seconds", PlayedFunction.ErrorMessage(result), StringComparison.Ordinal);
        Assert.Empty(played.Function.Instances);
    }

    [Fact]
    public async Task An_instance_that_is_killed_fails_its_invocation()
    {
        await using PlayedFunction played = new();
        Task<InvocationResult> invocation = played.InvokeAsync("1");
        await (await played.InstanceAsync()).NextAsync(Cancellation);
        InstanceState instance = Assert.Single(played.Function.Instances);
        Assert.True(instance.IsBusy);

        using Process process = Process.GetProcessById(instance.ProcessId);
        process.Kill();

        InvocationResult result = await invocation;
        Assert.Equal("Runtime.ExitError", PlayedFunction.ErrorType(result));
        Assert.EndsWith("Runtime exited with error: signal: killed", PlayedFunction.ErrorMessage(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_event_of_an_instance_that_died_while_idle_goes_to_another_one()
    {
        await using PlayedFunction played = new();
        Task<InvocationResult> first = played.InvokeAsync("1");
        RuntimeClient runtime = await played.InstanceAsync();
        await runtime.RespondAsync((await runtime.NextAsync(Cancellation)).RequestId, "1");
        await first;

        // The first instance takes the second event but never asks for it.
        Task<InvocationResult> second = played.InvokeAsync("2");
        Assert.True(played.Function.KillInstance(Assert.Single(played.Function.Instances).InstanceId));
        RuntimeClient other = await played.InstanceAsync();
        RuntimeClient.Event next = await other.NextAsync(Cancellation);
        await other.RespondAsync(next.RequestId, "2");

        Assert.Equal(InvocationOutcome.Success, (await second).Outcome);
        Assert.Equal("2", next.Body);
    }

    [Fact]
    public async Task The_call_after_a_recycle_is_cold()
    {
        await using PlayedFunction played = new PlayedFunction().Play(static body => body);
        await played.InvokeAsync("1");

        await played.Function.RecycleAsync();
        Assert.Empty(played.Function.Instances);
        await played.InvokeAsync("2");

        Assert.All(await played.Invocations.WaitAsync(static _ => true, 2, Cancellation), static record => Assert.True(record.Cold));
    }

    [Fact]
    public async Task A_busy_instance_is_recycled_after_what_it_does()
    {
        await using PlayedFunction played = new();
        Task<InvocationResult> first = played.InvokeAsync("1");
        RuntimeClient runtime = await played.InstanceAsync();
        RuntimeClient.Event next = await runtime.NextAsync(Cancellation);

        await played.Function.RecycleAsync();
        Assert.False(first.IsCompleted);

        // The instance is killed as soon as it has answered: whether it sees that its answer was accepted is open.
        _ = await Record.ExceptionAsync(() => runtime.RespondAsync(next.RequestId, "1"));
        Assert.Equal(InvocationOutcome.Success, (await first).Outcome);

        played.Play(static body => body);
        await played.InvokeAsync("2");
        Assert.True((await played.Invocations.WaitAsync(static _ => true, 2, Cancellation))[1].Cold);
    }

    [Fact]
    public async Task An_init_error_is_shown_as_the_function_posted_it_with_its_last_output()
    {
        const string Posted = """{"errorType":"Configuration","errorMessage":"HASHEE_AGENT_ID is missing"}""";
        await using PlayedFunction played = new();
        Task<InvocationResult> invocation = played.InvokeAsync("1");
        RuntimeClient runtime = await played.InstanceAsync();

        Assert.Equal(System.Net.HttpStatusCode.Accepted, (await runtime.FailInitAsync(Posted)).Status);
        Assert.True(played.Function.KillInstance(Assert.Single(played.Function.Instances).InstanceId));

        InvocationResult result = await invocation;
        Assert.Equal(InvocationOutcome.FunctionError, result.Outcome);
        Assert.Equal(Posted, PlayedFunction.Text(result));
        InitError error = await played.InitErrors.WaitAsync(static _ => true, Cancellation);
        Assert.Equal(("Configuration", "HASHEE_AGENT_ID is missing"), (error.ErrorType, error.ErrorMessage));
        Assert.StartsWith("played could not start: Configuration: HASHEE_AGENT_ID is missing", error.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("runtime api 127.0.0.1:", Assert.Single(error.LastOutput), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_instance_that_reports_an_init_error_but_stays_is_ended()
    {
        await using PlayedFunction played = new();
        Task<InvocationResult> invocation = played.InvokeAsync("1");
        await (await played.InstanceAsync()).FailInitAsync("""{"errorType":"Configuration","errorMessage":"missing"}""");

        Assert.Equal("Configuration", PlayedFunction.ErrorType(await invocation));
    }

    [Theory]
    [InlineData("seq 1 25; exit 7")]
    [InlineData("seq 1 25 >&2; exit 7")]
    public async Task A_bootstrap_that_exits_in_init_is_explained_by_its_exit_code_and_last_lines(string script)
    {
        await using PlayedFunction played = new(script: script);

        InvocationResult result = await played.InvokeAsync("1");

        Assert.Equal("Runtime.ExitError", PlayedFunction.ErrorType(result));
        Assert.EndsWith("Runtime exited with error: exit status 7", PlayedFunction.ErrorMessage(result), StringComparison.Ordinal);
        InitError error = await played.InitErrors.WaitAsync(static _ => true, Cancellation);
        Assert.Equal(Enumerable.Range(6, 20).Select(static line => $"{line}"), error.LastOutput);
    }

    [Fact]
    public async Task A_bootstrap_that_never_asks_for_an_event_is_ended()
    {
        await using PlayedFunction played = new(static options => options with { InitTimeout = TimeSpan.FromMilliseconds(200) });

        InvocationResult result = await played.InvokeAsync("1");

        Assert.Equal("Sandbox.Timedout", PlayedFunction.ErrorType(result));
        Assert.Contains("INIT timed out", Assert.Single(played.InitErrors.Entries).ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bootstrap_that_is_no_program_is_named_as_such()
    {
        string file = Path.GetTempFileName();
        try
        {
            await using PlayedFunction played = new(options => options with { BootstrapPath = file });

            Assert.Equal("Runtime.InvalidEntrypoint", PlayedFunction.ErrorType(await played.InvokeAsync("1")));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task An_instance_sees_its_own_variables_and_those_of_lambda_and_nothing_else()
    {
        await using PlayedFunction played = new(
            static options => options with
            {
                Environment = new Dictionary<string, string> { ["HASHEE_AGENT_ID"] = "agent-1" },
                MemoryMegabytes = 512,
            },
            script: "/usr/bin/env; exit 1");

        await played.InvokeAsync("1");

        Dictionary<string, string> environment = played.Output.Entries
            .Select(static line => line.Split('=', 2))
            .ToDictionary(static pair => pair[0], static pair => pair[1]);
        Assert.Equal("agent-1", environment["HASHEE_AGENT_ID"]);
        Assert.Equal("played", environment["AWS_LAMBDA_FUNCTION_NAME"]);
        Assert.Equal("512", environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]);
        Assert.Equal("$LATEST", environment["AWS_LAMBDA_FUNCTION_VERSION"]);
        Assert.Equal("JSON", environment["AWS_LAMBDA_LOG_FORMAT"]);
        Assert.Equal("on-demand", environment["AWS_LAMBDA_INITIALIZATION_TYPE"]);
        Assert.Equal("/aws/lambda/played", environment["AWS_LAMBDA_LOG_GROUP_NAME"]);
        Assert.Equal("eu-central-1", environment["AWS_REGION"]);
        Assert.Equal(":UTC", environment["TZ"]);
        Assert.StartsWith("127.0.0.1:", environment["AWS_LAMBDA_RUNTIME_API"], StringComparison.Ordinal);
        string[] expected =
        [
            "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_NAME",
            "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_FORMAT", "AWS_LAMBDA_LOG_GROUP_NAME",
            "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_RUNTIME_API", "AWS_REGION", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
            "HASHEE_AGENT_ID", "LAMBDA_TASK_ROOT", "LANG", "PATH", "PWD", "TZ", "_HANDLER",
        ];
        Assert.Equal(expected, environment.Keys.Except(["OLDPWD", "SHLVL", "_"]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_variable_that_lambda_reserves_cannot_be_configured()
    {
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => new PlayedFunction(static options =>
            options with { Environment = new Dictionary<string, string> { ["AWS_REGION"] = "us-east-1" } }));

        Assert.Contains("AWS_REGION", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    public void A_name_that_lambda_does_not_allow_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => new PlayedFunction(options => options with { Name = name }));

    [Fact]
    public void A_missing_bootstrap_is_named()
    {
        ArgumentException refusal = Assert.Throws<ArgumentException>(() =>
            new PlayedFunction(static options => options with { BootstrapPath = "/nowhere/bootstrap" }));

        Assert.Contains("/nowhere/bootstrap", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_over_six_megabytes_is_refused()
    {
        await using PlayedFunction played = new();

        await Assert.ThrowsAsync<ArgumentException>(() => played.InvokeAsync(new string('1', (6 * 1_048_576) + 101)));
    }

    [Fact]
    public async Task Instances_are_stopped_with_the_function()
    {
        PlayedFunction played = new();
        Task<InvocationResult> invocation = played.InvokeAsync("1");
        await (await played.InstanceAsync()).NextAsync(Cancellation);
        using Process process = Process.GetProcessById(Assert.Single(played.Function.Instances).ProcessId);

        await played.DisposeAsync();

        Assert.True(process.HasExited);
        Assert.Equal(InvocationOutcome.FunctionError, (await invocation).Outcome);
    }
}
