using System.Diagnostics;

namespace Hashee.Emulator.Lambda;

/// <summary>One event on its way through an instance.</summary>
/// <param name="payload">The event.</param>
/// <param name="isStreamed">Whether a streamed response is passed on as it comes, and not collected.</param>
internal sealed class Invocation(ReadOnlyMemory<byte> payload, bool isStreamed = false)
{
    private readonly TaskCompletionSource<ResponseStream?> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
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

    /// <summary>The response as it comes; null when the invocation has ended without a streamed one.</summary>
    public Task<ResponseStream?> Stream => _stream.Task;

    /// <summary>The function begins a streamed response.</summary>
    /// <returns>Where it goes; null when it is to be collected.</returns>
    public ResponseStream? OpenStream(string contentType)
    {
        if (!isStreamed)
        {
            return null;
        }

        ResponseStream stream = new(contentType);
        _stream.TrySetResult(stream);
        return stream;
    }

    /// <summary>Ends the invocation; only the first call counts.</summary>
    public void Complete(InvocationOutcome outcome, ReadOnlyMemory<byte> answer, string contentType = "application/json")
    {
        _result.TrySetResult(new InvocationResult(RequestId, outcome, answer, contentType));
        _stream.TrySetResult(null);
    }
}
