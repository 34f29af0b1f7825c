using System.Diagnostics;

namespace Hashee.Agents.Steps;

/// <summary>
/// A part of a turn that is counted and timed: <c>using Step step = Step.Begin(StepKind.Session, "load");</c> around it is all that there is to do, and
/// <see cref="Fail"/> where it fails without an exception that goes on. Like the log, it is the process's: what is behind it is set once, when it starts.
/// </summary>
internal sealed class Step : IDisposable
{
    private readonly StepKind _kind;
    private readonly string _name;
    private readonly DateTimeOffset _startedAt = DateTimeOffset.UtcNow;
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _inputTokens;
    private long _outputTokens;
    private string? _errorCode;
    private bool _isEnded;

    private Step(StepKind kind, string name)
    {
        _kind = kind;
        _name = name;
    }

    /// <summary>Who is told; nobody when it is null.</summary>
    public static IStepObserver? Observer { get; set; }

    /// <summary>How long it has taken so far.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    /// <param name="kind">What begins.</param>
    /// <param name="name">Which one: a model's or a tool's name, <c>load</c>. Nothing that a user or a model wrote.</param>
    public static Step Begin(StepKind kind, string name) => new(kind, name);

    /// <summary>It fails.</summary>
    /// <param name="code">Why: 1-64 letters, digits and underscores.</param>
    public void Fail(string code) => _errorCode = code;

    /// <summary>Counts what a model has used.</summary>
    public void AddTokens(long input, long output)
    {
        _inputTokens += input;
        _outputTokens += output;
    }

    /// <summary>It has ended; a second time says nothing.</summary>
    public void Dispose()
    {
        if (!_isEnded)
        {
            _isEnded = true;
            Observer?.OnEnded(new EndedStep(_kind, _name, _startedAt, Elapsed, _errorCode, _inputTokens, _outputTokens));
        }
    }
}
