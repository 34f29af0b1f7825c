using System.Diagnostics;

namespace Hashee.Emulator.Lambda;

/// <summary>One event on its way through an instance.</summary>
internal sealed class Invocation(ReadOnlyMemory<byte> payload)
{
    private readonly TaskCompletionSource<InvocationResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string RequestId { get; } = Guid.NewGuid().ToString();

    /// <summary>An X-Ray trace header, <c>Root=1-…;Parent=…;Sampled=0</c>.</summary>
    public string TraceId { get; } = Lambda.TraceId.Create();

    public ReadOnlyMemory<byte> Payload => payload;

    /// <summary>When the invocation was asked for, as of <see cref="Stopwatch.GetTimestamp"/>.</summary>
    public long RequestedAt { get; } = Stopwatch.GetTimestamp();

    /// <summary>When the event was handed out.</summary>
    public long StartedAt { get; set; }

    /// <summary>When the function has to be done, Unix milliseconds; set as the event is handed out.</summary>
    public long DeadlineMilliseconds { get; set; }

    public Task<InvocationResult> Result => _result.Task;

    /// <summary>Ends the invocation; only the first call counts.</summary>
    public void Complete(InvocationOutcome outcome, ReadOnlyMemory<byte> answer) =>
        _result.TrySetResult(new InvocationResult(RequestId, outcome, answer));
}
