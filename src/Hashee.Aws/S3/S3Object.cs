using System.Text;
using Hashee.Host;
using Hashee.Host.Transport;

namespace Hashee.Aws;

/// <summary>An object, its content read as it comes; or why there is none. Disposing it before its end closes the connection.</summary>
internal sealed class S3Object : IDisposable
{
    private const string Foreign = "the answer is not that of S3";

    private readonly HttpReply? _content;
    private readonly TimeLimit _limit;

    internal S3Object(AwsReply reply, TimeLimit limit)
    {
        _content = reply.Stream;
        _limit = limit;
        ETag = _content is null ? "" : ReadETag(_content.Head);
        Outcome = _content is not null && ETag.Length == 0 ? AwsOutcome.Unavailable(Foreign) : reply.Outcome;
    }

    /// <summary>Accepted when the object is here, <see cref="AwsOutcomeKind.NotFound"/> when there is none.</summary>
    internal AwsOutcome Outcome { get; }

    /// <summary>The ETag with its quotes; empty when there is no object.</summary>
    internal string ETag { get; }

    /// <summary>The content's bytes; -1 when that was not said.</summary>
    internal long Length => _content?.Head.ContentLength ?? -1;

    /// <summary>A value of the object's metadata; null when there is none.</summary>
    /// <param name="name">The name without <c>x-amz-meta-</c>.</param>
    internal string? Metadata(string name) =>
        _content is not null && _content.Head.TryGetHeader(Encoding.ASCII.GetBytes($"x-amz-meta-{name}"), out ReadOnlySpan<byte> value)
            ? Encoding.UTF8.GetString(value)
            : null;

    /// <summary>Reads a piece of an object that is here, as soon as there is one.</summary>
    /// <returns>The number of bytes; 0 at the end. Content that breaks off is a <see cref="TransportException"/>.</returns>
    internal ValueTask<int> ReadAsync(Memory<byte> destination) =>
        _content is null ? ValueTask.FromResult(0) : _content.ReadAsync(destination, _limit);

    /// <summary>Reads the content whole.</summary>
    /// <param name="maximum">The bytes it may have; more is refused.</param>
    /// <returns>The object's outcome, or what went wrong with the content.</returns>
    internal async ValueTask<(AwsOutcome Outcome, byte[] Content)> ReadAllAsync(int maximum)
    {
        if (!Outcome.IsAccepted)
        {
            return (Outcome, []);
        }

        AwsOutcome tooLarge = new(AwsOutcomeKind.Refused, $"the object has more than {maximum} bytes", 200, "");
        if (Length > maximum)
        {
            return (tooLarge, []);
        }

        ByteBuffer content = new((int)Math.Max(Length, 1024));
        try
        {
            while (await ReadAsync(content.GetMemory(1024)).ConfigureAwait(false) is var count and > 0)
            {
                content.Advance(count);
                if (content.Length > maximum)
                {
                    return (tooLarge, []);
                }
            }

            return (Outcome, content.Written.ToArray());
        }
        catch (TransportException failure)
        {
            return (AwsOutcome.Unavailable(failure.Message), []);
        }
        catch (OperationCanceledException) when (_limit.Deadline.HasPassed)
        {
            return (AwsOutcome.Unavailable(AwsOutcome.TimeLimitReached), []);
        }
    }

    public void Dispose() => _content?.Dispose();

    internal static string ReadETag(HttpAnswer answer) =>
        answer.TryGetHeader("etag"u8, out ReadOnlySpan<byte> value) && !value.ContainsAnyExceptInRange((byte)'!', (byte)'~')
            ? Encoding.ASCII.GetString(value)
            : "";
}
