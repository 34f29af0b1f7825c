using System.Buffers;

namespace Hashee.Emulator.Lambda;

/// <summary>
/// A function: hands each event to an idle instance, or starts another one as long as <see cref="LambdaFunctionOptions.MaximumConcurrency"/>
/// allows, and stops all of them when it is disposed.
/// </summary>
internal sealed class LambdaFunction : IAsyncDisposable
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    private readonly LambdaFunctionOptions _options;
    private readonly Lock _gate = new();
    private readonly HashSet<LambdaInstance> _instances = [];
    private readonly Stack<LambdaInstance> _ready = new();
    private readonly HashSet<LambdaInstance> _retired = [];
    private bool _disposed;

    /// <param name="options">Checked here.</param>
    /// <exception cref="ArgumentException">A bootstrap that is not there, a limit out of range or a reserved environment variable, by name.</exception>
    public LambdaFunction(LambdaFunctionOptions options)
    {
        if (options.Name.Length is 0 or > 64 || options.Name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            throw new ArgumentException($"A function's name has 1 to 64 letters, digits, hyphens and underscores: '{options.Name}'.", nameof(options));
        }

        FunctionEnvironment.Check(options.Environment);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaximumConcurrency, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Timeout, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Timeout, TimeSpan.FromMinutes(15));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MemoryMegabytes, 128);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MemoryMegabytes, 10_240);
        _options = options with { BootstrapPath = Path.GetFullPath(options.BootstrapPath) };
        if (!File.Exists(_options.BootstrapPath))
        {
            throw new ArgumentException($"The bootstrap of {options.Name} is missing: {_options.BootstrapPath}", nameof(options));
        }
    }

    /// <summary>Raised when an invocation has ended that reached an instance, on whatever thread it ends.</summary>
    public event Action<InvocationRecord>? Invoked;

    /// <summary>Raised when an instance died before it asked for its first event.</summary>
    public event Action<InitError>? InitFailed;

    public string Name => _options.Name;

    public string Arn => $"arn:aws:lambda:{_options.Account.Region}:{AwsAccount.Id}:function:{Name}";

    public TimeSpan Timeout => _options.Timeout;

    public int MaximumConcurrency => _options.MaximumConcurrency;

    /// <summary>The instances that run now.</summary>
    public IReadOnlyList<InstanceState> Instances
    {
        get
        {
            lock (_gate)
            {
                return [.. _instances.Select(static instance => instance.State).OfType<InstanceState>()];
            }
        }
    }

    /// <summary>Runs the function once.</summary>
    /// <param name="payload">The event, JSON; at most 6 MB.</param>
    /// <param name="cancellationToken">Ends the wait; the invocation goes on, as on Lambda.</param>
    /// <returns>Never throws for what the function does.</returns>
    /// <exception cref="ArgumentException">The event is too large.</exception>
    public Task<InvocationResult> InvokeAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
    {
        Invocation invocation = Start(payload, isStreamed: false);
        return invocation.Result.WaitAsync(cancellationToken);
    }

    /// <summary>Runs the function once, and passes a streamed response on as it comes (<c>InvokeWithResponseStream</c>).</summary>
    /// <param name="payload">The event, JSON; at most 6 MB.</param>
    /// <exception cref="ArgumentException">The event is too large.</exception>
    public Invocation InvokeStreamed(ReadOnlyMemory<byte> payload) => Start(payload, isStreamed: true);

    /// <summary>Makes the next invocation a cold one: idle instances end now, busy ones after what they do.</summary>
    /// <returns>Ends when the idle instances are gone.</returns>
    public async Task RecycleAsync()
    {
        LambdaInstance[] idle;
        lock (_gate)
        {
            idle = [.. _ready];
            _ready.Clear();
            _retired.UnionWith(_instances);
        }

        await EndAsync(idle);
    }

    /// <summary>Kills an instance, whatever it does.</summary>
    /// <returns>False when there is no such instance (any more).</returns>
    public bool KillInstance(string instanceId)
    {
        LambdaInstance? instance;
        lock (_gate)
        {
            instance = _instances.FirstOrDefault(candidate => candidate.Id == instanceId);
        }

        instance?.Kill();
        return instance is not null;
    }

    public async ValueTask DisposeAsync()
    {
        LambdaInstance[] instances;
        lock (_gate)
        {
            _disposed = true;
            instances = [.. _instances];
        }

        await EndAsync(instances);
    }

    /// <summary>Finds an instance for an event, starts one, or throttles.</summary>
    internal void Dispatch(Invocation invocation)
    {
        lock (_gate)
        {
            while (_ready.TryPop(out LambdaInstance? ready))
            {
                if (ready.TryAssign(invocation))
                {
                    return;
                }
            }

            if (_disposed || _instances.Count >= _options.MaximumConcurrency)
            {
                invocation.Complete(InvocationOutcome.Throttled, LambdaError.Throttled);
                return;
            }

            LambdaInstance instance = new(this, _options, invocation);
            _instances.Add(instance);
            instance.Start();
        }
    }

    internal void OnReady(LambdaInstance instance)
    {
        lock (_gate)
        {
            if (!_retired.Contains(instance))
            {
                _ready.Push(instance);
                return;
            }
        }

        instance.Kill();
    }

    internal void OnEnded(LambdaInstance instance)
    {
        lock (_gate)
        {
            _instances.Remove(instance);
            _retired.Remove(instance);
        }
    }

    internal void OnInvoked(InvocationRecord record) => Invoked?.Invoke(record);

    internal void OnInitFailed(InitError error) => InitFailed?.Invoke(error);

    private Invocation Start(ReadOnlyMemory<byte> payload, bool isStreamed)
    {
        if (payload.Length > LambdaError.LargestPayload)
        {
            throw new ArgumentException($"{payload.Length} bytes exceed the largest event, {LambdaError.LargestPayload} bytes.", nameof(payload));
        }

        Invocation invocation = new(payload, isStreamed);
        Dispatch(invocation);
        return invocation;
    }

    private static Task EndAsync(LambdaInstance[] instances) =>
        Task.WhenAll(instances.Select(static instance => instance.DisposeAsync().AsTask()));
}
