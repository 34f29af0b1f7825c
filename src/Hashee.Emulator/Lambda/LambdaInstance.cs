using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Hashee.Emulator.Http;

namespace Hashee.Emulator.Lambda;

/// <summary>
/// One execution environment: a bootstrap process, its Runtime API on a port of its own, and at most one invocation at a time.
/// It is born with its first invocation and ends with its process.
/// </summary>
internal sealed class LambdaInstance : IAsyncDisposable
{
    private const int KeptLines = 20;
    private const string InvalidEntrypoint = "Runtime.InvalidEntrypoint";

    private static readonly TimeSpan ExitAfterInitError = TimeSpan.FromSeconds(1);

    private readonly LambdaFunction _function;
    private readonly LambdaFunctionOptions _options;
    private readonly Lock _gate = new();
    private readonly Queue<string> _lastOutput = new();
    private readonly Process _process = new();
    private Timer? _limit;
    private Phase _phase = Phase.Init;
    private Invocation? _invocation;
    private int _latestNext;
    private TaskCompletionSource _change = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (string Type, string Message, ReadOnlyMemory<byte> Payload)? _initError;
    private Task _run = Task.CompletedTask;
    private TimeSpan? _init;
    private long _executedAt;
    private bool _executing;
    private bool _killed;
    private bool _timedOut;
    private bool _isResponding;

    public LambdaInstance(LambdaFunction function, LambdaFunctionOptions options, Invocation first)
    {
        _function = function;
        _options = options;
        _invocation = first;
    }

    private enum Phase
    {
        /// <summary>Started, has not asked for an event.</summary>
        Init,

        /// <summary>Waits for an event, or is about to.</summary>
        Ready,

        /// <summary>Has an event.</summary>
        Running,

        /// <summary>The process is gone.</summary>
        Ended,
    }

    public string Id { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Null while there is no process yet, or no more.</summary>
    public InstanceState? State
    {
        get
        {
            lock (_gate)
            {
                return _executing && _phase != Phase.Ended
                    ? new InstanceState(Id, _process.Id, _phase is Phase.Init or Phase.Running)
                    : null;
            }
        }
    }

    /// <summary>Starts the Runtime API, then the process.</summary>
    public void Start() => _run = Task.Run(RunAsync);

    /// <summary>Gives a ready instance its next event.</summary>
    /// <returns>False when the process is gone.</returns>
    public bool TryAssign(Invocation invocation)
    {
        lock (_gate)
        {
            if (_phase == Phase.Ended)
            {
                return false;
            }

            Debug.Assert(_phase == Phase.Ready && _invocation is null, "Only a ready instance gets an event.");
            _invocation = invocation;
            WakeNext();
            return true;
        }
    }

    /// <summary>Ends the process and its children at once.</summary>
    public void Kill()
    {
        lock (_gate)
        {
            _killed = true;
            if (_executing)
            {
                _process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>Ends the process and waits until everything that follows from that is done.</summary>
    public async ValueTask DisposeAsync()
    {
        Kill();
        await _run;
    }

    /// <summary>
    /// The runtime asks for an event: waits until there is one. Of several requests only the latest gets it, so that a runtime
    /// which lost its connection and made a new one loses no event to the old one.
    /// </summary>
    /// <returns>Null when the runtime has an event already, asked again, or has reported an error of its INIT.</returns>
    public async Task<Invocation?> NextAsync(CancellationToken cancellationToken)
    {
        int? turn = null;
        while (true)
        {
            Task change;
            lock (_gate)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (turn is null)
                {
                    turn = ++_latestNext;
                    WakeNext();
                }

                if (turn != _latestNext || _phase is Phase.Running or Phase.Ended || _initError is not null)
                {
                    return null;
                }

                if (_phase == Phase.Init)
                {
                    _init = Stopwatch.GetElapsedTime(_executedAt);
                    _phase = Phase.Ready;
                }

                if (_invocation is not null)
                {
                    return HandOut(_invocation);
                }

                change = _change.Task;
            }

            await change.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The runtime posts what came of an event.</summary>
    public RuntimeReply Complete(string requestId, InvocationOutcome outcome, ReadOnlyMemory<byte> answer)
    {
        RuntimeReply reply = BeginResponse(requestId, out Invocation? invocation);
        return invocation is null ? reply : EndResponse(invocation, outcome, answer, "application/json");
    }

    /// <summary>The runtime begins to post what came of an event: from now on it can post nothing else for it.</summary>
    /// <param name="requestId">As the runtime names the event.</param>
    /// <param name="invocation">To be ended with <see cref="EndResponse"/>; null when it is refused.</param>
    public RuntimeReply BeginResponse(string requestId, out Invocation? invocation)
    {
        lock (_gate)
        {
            invocation = null;
            if (_phase != Phase.Running || _isResponding)
            {
                return RuntimeReply.WrongState;
            }

            if (_invocation!.RequestId != requestId)
            {
                return RuntimeReply.UnknownRequest;
            }

            _isResponding = true;
            invocation = _invocation;
            return RuntimeReply.Accepted;
        }
    }

    /// <summary>What the runtime began to post has ended.</summary>
    public RuntimeReply EndResponse(Invocation invocation, InvocationOutcome outcome, ReadOnlyMemory<byte> answer, string contentType)
    {
        InvocationRecord record;
        lock (_gate)
        {
            if (_phase != Phase.Running || _invocation != invocation)
            {
                return RuntimeReply.WrongState;
            }

            record = Finish(outcome);
            _phase = Phase.Ready;
        }

        _function.OnReady(this);
        _function.OnInvoked(record);
        invocation.Complete(outcome, answer, contentType);
        return RuntimeReply.Accepted;
    }

    /// <summary>The runtime says why it cannot start; it is expected to exit.</summary>
    public RuntimeReply FailInit(ReadOnlyMemory<byte> error)
    {
        lock (_gate)
        {
            if (_phase != Phase.Init)
            {
                return RuntimeReply.WrongState;
            }

            (string type, string message) = LambdaError.Read(error);
            _initError ??= (type, message, error);
            _limit!.Change(ExitAfterInitError, Timeout.InfiniteTimeSpan);
            return RuntimeReply.Accepted;
        }
    }

    /// <summary>Lets every waiting request for an event look again.</summary>
    private void WakeNext()
    {
        TaskCompletionSource change = _change;
        _change = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        change.SetResult();
    }

    private Invocation HandOut(Invocation invocation)
    {
        _phase = Phase.Running;
        _limit!.Dispose();
        _limit = new Timer(_ => OnTimeout(invocation), null, _options.Timeout, Timeout.InfiniteTimeSpan);
        invocation.DeadlineMilliseconds = (DateTimeOffset.UtcNow + _options.Timeout).ToUnixTimeMilliseconds();
        invocation.StartedAt = Stopwatch.GetTimestamp();
        return invocation;
    }

    /// <summary>Takes the running invocation away and says when it did what.</summary>
    private InvocationRecord Finish(InvocationOutcome outcome)
    {
        Invocation invocation = _invocation!;
        long now = Stopwatch.GetTimestamp();
        InvocationRecord record = new()
        {
            FunctionName = _options.Name,
            InstanceId = Id,
            RequestId = invocation.RequestId,
            Outcome = outcome,
            Init = _init,
            Duration = Stopwatch.GetElapsedTime(invocation.StartedAt, now),
            RequestedAt = invocation.RequestedAt,
            StartedAt = invocation.StartedAt,
            CompletedAt = now,
        };
        _init = null;
        _invocation = null;
        _isResponding = false;
        _limit!.Dispose();
        return record;
    }

    private void OnTimeout(Invocation invocation)
    {
        lock (_gate)
        {
            if (_phase != Phase.Running || _invocation != invocation)
            {
                return;
            }

            _phase = Phase.Ended;
            _timedOut = true;
            Kill();
        }
    }

    private void OnInitTimeout()
    {
        lock (_gate)
        {
            if (_phase != Phase.Init)
            {
                return;
            }

            if (_initError is null)
            {
                string message = string.Create(CultureInfo.InvariantCulture, $"INIT timed out after {_options.InitTimeout.TotalSeconds:F2} seconds");
                _initError = ("Sandbox.Timedout", message, LambdaError.Json("Sandbox.Timedout", message));
            }

            Kill();
        }
    }

    private void OnOutput(string? line, bool isError)
    {
        if (line is null)
        {
            return;
        }

        lock (_lastOutput)
        {
            _lastOutput.Enqueue(line);
            if (_lastOutput.Count > KeptLines)
            {
                _lastOutput.Dequeue();
            }
        }

        _options.Output?.Invoke(new OutputLine(_options.Name, Id, isError, line));
    }

    private async Task RunAsync()
    {
        await using LoopbackServer runtimeApi = await LoopbackServer.StartAsync(new RuntimeApi(this, _function.Arn, _options.TellsDeadline).HandleAsync);
        _process.StartInfo = FunctionEnvironment.StartInfo(_options, Id, runtimeApi.Origin.Authority);
        _process.OutputDataReceived += (_, line) => OnOutput(line.Data, isError: false);
        _process.ErrorDataReceived += (_, line) => OnOutput(line.Data, isError: true);
        if (TryExecute())
        {
            await _process.WaitForExitAsync();
            End(_process.ExitCode);
        }
        else
        {
            End(exitCode: 1);
        }

        _process.Dispose();
    }

    /// <returns>False when the bootstrap is no program this machine can run; <see cref="_initError"/> says why.</returns>
    private bool TryExecute()
    {
        _limit = new Timer(_ => OnInitTimeout(), null, _options.InitTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            _executedAt = Stopwatch.GetTimestamp();
            _process.Start();
        }
        catch (Win32Exception failure)
        {
            _initError = (InvalidEntrypoint, failure.Message, LambdaError.Json(InvalidEntrypoint, failure.Message));
            return false;
        }

        lock (_gate)
        {
            _executing = true;
            if (_killed)
            {
                Kill();
            }
        }

        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _process.StandardInput.Close();
        return true;
    }

    /// <summary>Settles what the process left behind.</summary>
    private void End(int exitCode)
    {
        Invocation? invocation;
        InvocationRecord? record = null;
        bool initialized;
        lock (_gate)
        {
            initialized = _phase != Phase.Init;
            _phase = Phase.Ended;
            _executing = false;
            invocation = _invocation;
            if (invocation is { StartedAt: not 0 })
            {
                record = Finish(InvocationOutcome.FunctionError);
            }

            _invocation = null;
            _limit!.Dispose();
        }

        _function.OnEnded(this);
        if (!initialized)
        {
            FailFirst(invocation!, exitCode);
        }
        else if (record is not null)
        {
            _function.OnInvoked(record);
            byte[] error = _timedOut
                ? LambdaError.TimedOut(record.RequestId, _options.Timeout)
                : LambdaError.Exited(record.RequestId, exitCode);
            invocation!.Complete(InvocationOutcome.FunctionError, error);
        }
        else if (invocation is not null)
        {
            // The process ended while it was idle and the event has not left: another instance takes it.
            _function.Dispatch(invocation);
        }
    }

    private void FailFirst(Invocation first, int exitCode)
    {
        string text = LambdaError.ExitText(exitCode);
        (string type, string message, ReadOnlyMemory<byte> payload) =
            _initError ?? ("Runtime.ExitError", text, LambdaError.Exited(first.RequestId, exitCode));
        string[] output;
        lock (_lastOutput)
        {
            output = [.. _lastOutput];
        }

        _function.OnInitFailed(new InitError(_options.Name, Id, type, message, output));
        first.Complete(InvocationOutcome.FunctionError, payload);
    }
}
