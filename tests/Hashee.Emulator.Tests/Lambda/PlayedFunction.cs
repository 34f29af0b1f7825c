using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Hashee.Emulator.Lambda;

namespace Hashee.Emulator.Tests.Lambda;

/// <summary>
/// A function whose instances are real processes without a will of their own: a shell script prints the address of its Runtime API and
/// sleeps, and the test plays the runtime, step by step or with <see cref="Play"/>.
/// </summary>
internal sealed class PlayedFunction : IAsyncDisposable
{
    private const string AddressMark = "runtime api ";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("played-function-");
    private readonly Channel<RuntimeClient> _started = Channel.CreateUnbounded<RuntimeClient>();
    private readonly ConcurrentBag<RuntimeClient> _runtimes = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _players = [];

    /// <param name="configure">Changes the options.</param>
    /// <param name="script">The bootstrap's shell script; by default it prints its address and waits.</param>
    public PlayedFunction(
        Func<LambdaFunctionOptions, LambdaFunctionOptions>? configure = null,
        string script = $"echo {AddressMark}$AWS_LAMBDA_RUNTIME_API; exec sleep 600")
    {
        string bootstrap = Path.Combine(_folder.FullName, "bootstrap");
        File.WriteAllText(bootstrap, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(bootstrap, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        LambdaFunctionOptions options = new()
        {
            Name = "played",
            BootstrapPath = bootstrap,
            Account = AwsAccount.CreateRandom(),
            Output = OnOutput,
        };
        try
        {
            Function = new LambdaFunction(configure is null ? options : configure(options));
        }
        catch
        {
            _folder.Delete(recursive: true);
            throw;
        }

        Function.Invoked += Invocations.Add;
        Function.InitFailed += InitErrors.Add;
    }

    public LambdaFunction Function { get; }

    public ObservedLog<string> Output { get; } = new();

    public ObservedLog<InvocationRecord> Invocations { get; } = new();

    public ObservedLog<InitError> InitErrors { get; } = new();

    public Task<InvocationResult> InvokeAsync(string payload) => Function.InvokeAsync(Encoding.UTF8.GetBytes(payload));

    /// <summary>The next instance that has started.</summary>
    public async Task<RuntimeClient> InstanceAsync() => await _started.Reader.ReadAsync(TestContext.Current.CancellationToken);

    /// <summary>Answers every event of every instance from now on.</summary>
    /// <param name="handler">From event to response.</param>
    public PlayedFunction Play(Func<string, string> handler) => Play(body => Task.FromResult(handler(body)));

    public PlayedFunction Play(Func<string, Task<string>> handler)
    {
        _players.Add(PlayAsync(handler));
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Function.DisposeAsync();
        await Task.WhenAll(_players);
        foreach (RuntimeClient runtime in _runtimes)
        {
            runtime.Dispose();
        }

        _folder.Delete(recursive: true);
        _stop.Dispose();
    }

    public static string Text(InvocationResult result) => Encoding.UTF8.GetString(result.Payload.Span);

    public static string ErrorType(InvocationResult result) => JsonNode.Parse(result.Payload.Span)!["errorType"]!.GetValue<string>();

    public static string ErrorMessage(InvocationResult result) => JsonNode.Parse(result.Payload.Span)!["errorMessage"]!.GetValue<string>();

    private async Task PlayAsync(Func<string, Task<string>> handler)
    {
        List<Task> instances = [];
        try
        {
            await foreach (RuntimeClient runtime in _started.Reader.ReadAllAsync(_stop.Token))
            {
                instances.Add(PlayInstanceAsync(runtime, handler));
            }
        }
        catch (OperationCanceledException)
        {
        }

        await Task.WhenAll(instances);
    }

    private async Task PlayInstanceAsync(RuntimeClient runtime, Func<string, Task<string>> handler)
    {
        try
        {
            while (await runtime.TryNextAsync(_stop.Token) is { } next)
            {
                await runtime.RespondAsync(next.RequestId, await handler(next.Body));
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            // The instance has ended, and with it its Runtime API.
        }
    }

    private void OnOutput(OutputLine line)
    {
        if (line.Text.StartsWith(AddressMark, StringComparison.Ordinal))
        {
            RuntimeClient runtime = new(line.Text[AddressMark.Length..]);
            _runtimes.Add(runtime);
            _started.Writer.TryWrite(runtime);
        }

        Output.Add(line.Text);
    }
}
