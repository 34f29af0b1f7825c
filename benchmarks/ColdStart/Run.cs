using System.Diagnostics;
using System.Text;
using Hashee.Benchmarks.ColdStart.Native;
using Hashee.Benchmarks.ColdStart.Services;

namespace Hashee.Benchmarks.ColdStart;

/// <summary>
/// One life of a measured program, as the servers see it: they note when something arrives and hand out what comes next. Each part is
/// written by the one thread that serves it, and read when the run is complete.
/// </summary>
/// <param name="calls">The events, in order; the first is the cold one.</param>
/// <param name="pause">Between the response to one event and the next event.</param>
/// <param name="initialized">Called with the process's id between the first GET /next and the first event, while no clock runs.</param>
internal sealed class Run(IReadOnlyList<Call> calls, TimeSpan pause, Action<int>? initialized) : IDisposable
{
    private readonly ManualResetEventSlim _ended = new();
    private readonly byte[][] _prepared = [.. calls.Select(Prepare)];
    private readonly long[] _eventAt = new long[calls.Count];
    private readonly long[] _wireAt = new long[calls.Count];
    private readonly long[] _responseAt = new long[calls.Count];
    private readonly HttpExchange?[] _messages = new HttpExchange?[calls.Count];
    private readonly byte[]?[] _responses = new byte[calls.Count][];
    private long _nextAt;
    private ProcessCounters _atNext;
    private ProcessCounters _afterFirst;
    private int _served;
    private volatile int _pid;
    private volatile string? _failure;

    public IReadOnlyList<Call> Calls => calls;

    /// <summary>Why the run cannot be used; null while nothing speaks against it.</summary>
    public string? Failure => _failure;

    /// <summary>Whether a connection to the outside was opened before the first GET /next.</summary>
    public bool ConnectedEarly { get; private set; }

    /// <summary>The request to the outside that each call led to; null without one.</summary>
    public IReadOnlyList<HttpExchange?> Messages => _messages;

    /// <summary>The body that each call was answered with.</summary>
    public IReadOnlyList<byte[]?> Responses => _responses;

    /// <summary>Tells the process, which may already be running, from now on.</summary>
    public void Started(int pid) => _pid = pid;

    /// <summary>Waits for the end: all calls answered, or a failure.</summary>
    public bool Wait(TimeSpan limit) => _ended.Wait(limit);

    /// <summary>Ends the run.</summary>
    public void Fail(string reason)
    {
        _failure ??= reason;
        _ended.Set();
    }

    /// <summary>A connection to the outside has been accepted.</summary>
    public void Connected() => ConnectedEarly |= _nextAt == 0;

    /// <summary>GET /next has arrived.</summary>
    /// <returns>The whole answer to send at once; null to leave the program waiting.</returns>
    public byte[]? Next(HttpExchange exchange)
    {
        int index = _served;
        if (index == 0)
        {
            _nextAt = exchange.CompletedAt;
            SpinWait.SpinUntil(() => _pid != 0);
            _atNext = ProcessCounters.Read(_pid);
            initialized?.Invoke(_pid);
        }
        else if (index == 1)
        {
            _afterFirst = ProcessCounters.Read(_pid);
        }

        if (index == calls.Count)
        {
            _ended.Set();
            return null;
        }

        if (index > 0 && pause > TimeSpan.Zero)
        {
            Thread.Sleep(pause);
        }

        _served = index + 1;
        _eventAt[index] = Stopwatch.GetTimestamp();
        return _prepared[index];
    }

    /// <summary>The message that the call in progress leads to has arrived.</summary>
    public void Message(HttpExchange exchange)
    {
        int index = _served - 1;
        if (index < 0 || _messages[index] is not null)
        {
            Fail("it sent a message without a call, or two for one call");
            return;
        }

        _wireAt[index] = exchange.CompletedAt;
        _messages[index] = exchange;
    }

    /// <summary>POST …/response has arrived.</summary>
    public void Response(HttpExchange exchange, string requestId)
    {
        int index = _served - 1;
        if (index < 0 || calls[index].RequestId != requestId || _responses[index] is not null)
        {
            Fail("it answered another call than the one in progress");
            return;
        }

        _responseAt[index] = exchange.CompletedAt;
        _responses[index] = exchange.Body;
    }

    /// <summary>The figures of a run that has ended well.</summary>
    /// <param name="process">The process that it was.</param>
    public Sample ToSample(ChildProcess process)
    {
        double next = Milliseconds(process.StartedAt, _nextAt);
        double response = Milliseconds(_eventAt[0], _responseAt[0]);
        return new Sample(
            next,
            _wireAt[0] == 0 ? null : next + Milliseconds(_eventAt[0], _wireAt[0]),
            next + response,
            response,
            [.. Enumerable.Range(1, calls.Count - 1).Select(i => Milliseconds(_eventAt[i], _responseAt[i]))],
            ConnectedEarly,
            _atNext.Since(process.Before),
            _afterFirst.Since(process.Before));
    }

    public void Dispose() => _ended.Dispose();

    private static double Milliseconds(long from, long to) => Stopwatch.GetElapsedTime(from, to).TotalMilliseconds;

    private static byte[] Prepare(Call call)
    {
        string head = $"""
            HTTP/1.1 200 OK
            Content-Type: application/json
            Content-Length: {call.Event.Length}
            Lambda-Runtime-Aws-Request-Id: {call.RequestId}
            Lambda-Runtime-Deadline-Ms: {DateTimeOffset.UtcNow.AddMinutes(1).ToUnixTimeMilliseconds()}
            Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:eu-central-1:123456789012:function:cold-start
            Lambda-Runtime-Trace-Id: Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0


            """.ReplaceLineEndings("\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. call.Event];
    }
}
