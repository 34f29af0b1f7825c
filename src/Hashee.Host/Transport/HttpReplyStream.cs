namespace Hashee.Host.Transport;

/// <summary>The body of an answer for those who read streams. Its connection serves others once it is read to its end, or disposed.</summary>
internal sealed class HttpReplyStream(HttpReply reply) : Stream
{
    private bool _isAtEnd;

    /// <summary>Nobody can be in the midst of reading then; without this, an answer that its owner forgets would keep its socket for ever.</summary>
    ~HttpReplyStream() => Dispose(false);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isAtEnd)
        {
            return 0;
        }

        try
        {
            int count = await reply.ReadAsync(buffer, new TimeLimit(Deadline.Never, cancellationToken)).ConfigureAwait(false);
            if (count == 0 && !buffer.IsEmpty)
            {
                _isAtEnd = true;
                reply.Dispose();
            }

            return count;
        }
        catch (TransportException failure)
        {
            throw new HttpIOException(HttpTransportHandler.ErrorOf(failure), failure.Message, failure);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        reply.Dispose();
        base.Dispose(disposing);
    }
}
