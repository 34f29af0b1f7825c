using System.Text;
using Hashee.Host;

namespace Hashee.Lambda;

/// <summary>One invocation. The object is used again for the next one: do not keep it.</summary>
public sealed class InvocationContext
{
    private readonly ByteBuffer _requestId = new(64);
    private readonly ByteBuffer _traceId = new(256);
    private readonly ByteBuffer _functionArn = new(256);
    private string? _requestIdText;
    private string? _traceIdText;
    private string? _functionArnText;

    /// <summary>The invocation's id (Lambda-Runtime-Aws-Request-Id).</summary>
    public string RequestId => _requestIdText ??= Encoding.UTF8.GetString(_requestId.Written);

    /// <summary>The X-Ray trace header (Lambda-Runtime-Trace-Id); empty when there is none.</summary>
    public string TraceId => _traceIdText ??= Encoding.UTF8.GetString(_traceId.Written);

    /// <summary>The ARN that was invoked, with version or alias (Lambda-Runtime-Invoked-Function-Arn); empty when there is none.</summary>
    public string InvokedFunctionArn => _functionArnText ??= Encoding.UTF8.GetString(_functionArn.Written);

    /// <summary>When Lambda ends the invocation, in Unix milliseconds (Lambda-Runtime-Deadline-Ms).</summary>
    public long DeadlineUnixMilliseconds { get; private set; }

    /// <summary>When Lambda ends the invocation, on the monotonic clock.</summary>
    public Deadline Deadline { get; private set; }

    /// <summary>The time until Lambda ends the invocation, never negative.</summary>
    public TimeSpan RemainingTime => Deadline.Remaining;

    /// <summary>True for the first invocation of this instance.</summary>
    public bool IsColdStart { get; private set; } = true;

    internal ReadOnlySpan<byte> RequestIdUtf8 => _requestId.Written;

    /// <summary>Turns the object into the first or the next invocation.</summary>
    internal void Begin(
        ReadOnlySpan<byte> requestId,
        long deadlineUnixMilliseconds,
        ReadOnlySpan<byte> traceId,
        ReadOnlySpan<byte> functionArn,
        bool isColdStart)
    {
        Replace(_requestId, requestId, ref _requestIdText);
        Replace(_traceId, traceId, ref _traceIdText);
        Replace(_functionArn, functionArn, ref _functionArnText);
        DeadlineUnixMilliseconds = deadlineUnixMilliseconds;
        long remaining = deadlineUnixMilliseconds - DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        Deadline = Deadline.After(TimeSpan.FromMilliseconds(Math.Clamp(remaining, 0, int.MaxValue)));
        IsColdStart = isColdStart;
    }

    private static void Replace(ByteBuffer bytes, ReadOnlySpan<byte> value, ref string? text)
    {
        if (!bytes.Written.SequenceEqual(value))
        {
            bytes.Clear();
            bytes.Append(value);
            text = null;
        }
    }
}
