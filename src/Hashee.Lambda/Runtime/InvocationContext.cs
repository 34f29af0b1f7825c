using System.Text;
using Hashee.Host;

namespace Hashee.Lambda;

/// <summary>One invocation. The object is used again for the next one: do not keep it.</summary>
public sealed class InvocationContext
{
    /// <summary>What Lambda gives an invocation at most (Lambda quotas, "Function timeout").</summary>
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(15);

    private readonly ByteBuffer _requestId = new(64);
    private readonly ByteBuffer _traceId = new(256);
    private string? _requestIdText;
    private string? _traceIdText;

    /// <summary>The invocation's id (Lambda-Runtime-Aws-Request-Id).</summary>
    public string RequestId => _requestIdText ??= Encoding.UTF8.GetString(_requestId.Written);

    /// <summary>The X-Ray trace header (Lambda-Runtime-Trace-Id); empty when there is none.</summary>
    public string TraceId => _traceIdText ??= Encoding.UTF8.GetString(_traceId.Written);

    /// <summary>
    /// When Lambda ends the invocation (Lambda-Runtime-Deadline-Ms), on the monotonic clock. Who invokes without saying so (older test tools)
    /// leaves the function its own time-out, which no variable tells: then it is the longest that there is, 15 minutes.
    /// </summary>
    public Deadline Deadline { get; private set; }

    /// <summary>True for the first invocation of this instance.</summary>
    public bool IsColdStart { get; private set; } = true;

    /// <summary>Where the invocation came from; null where a handler is called without a Runtime API.</summary>
    internal RuntimeApi? Api { get; init; }

    internal ReadOnlySpan<byte> RequestIdUtf8 => _requestId.Written;

    /// <summary>Turns the object into the first or the next invocation.</summary>
    /// <param name="requestId">Its id.</param>
    /// <param name="deadlineUnixMilliseconds">When it ends, any 64-bit value; null when nobody said.</param>
    /// <param name="traceId">Its trace header.</param>
    /// <param name="isColdStart">Whether it is the first of this instance.</param>
    internal void Begin(ReadOnlySpan<byte> requestId, long? deadlineUnixMilliseconds, ReadOnlySpan<byte> traceId, bool isColdStart)
    {
        Replace(_requestId, requestId, ref _requestIdText);
        Replace(_traceId, traceId, ref _traceIdText);
        Deadline = Deadline.After(TimeUntil(deadlineUnixMilliseconds));
        IsColdStart = isColdStart;
    }

    private static TimeSpan TimeUntil(long? unixMilliseconds)
    {
        long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        return unixMilliseconds is not { } end ? LongestTimeout
            : end <= now ? TimeSpan.Zero
            : TimeSpan.FromMilliseconds(Math.Min(end - now, int.MaxValue));
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
