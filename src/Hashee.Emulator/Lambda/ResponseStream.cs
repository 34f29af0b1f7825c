using System.IO.Pipelines;

namespace Hashee.Emulator.Lambda;

/// <summary>
/// A streamed response on its way to whoever invoked the function. It holds little, so that a slow reader holds up the function. When the
/// reader has gone the function is not told: it writes on to nobody, as on Lambda.
/// </summary>
/// <param name="contentType">As the function posted it.</param>
internal sealed class ResponseStream(string contentType)
{
    private const int Held = 64 * 1024;

    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: Held, resumeWriterThreshold: Held / 2, useSynchronizationContext: false));
    private bool _isUnread;

    public string ContentType => contentType;

    /// <summary>Ends when the function has ended its response, in whatever way.</summary>
    public PipeReader Reader => _pipe.Reader;

    /// <summary>Waits for the first byte, which stays to be read.</summary>
    /// <returns>True when the response has ended without one.</returns>
    public async Task<bool> IsEmptyAsync(CancellationToken cancellationToken)
    {
        ReadResult first = await Reader.ReadAsync(cancellationToken);
        Reader.AdvanceTo(first.Buffer.Start);
        return first.Buffer.IsEmpty;
    }

    /// <summary>Passes a piece on; waits while the reader is behind.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        if (!_isUnread)
        {
            _isUnread = (await _pipe.Writer.WriteAsync(piece, cancellationToken)).IsCompleted;
        }
    }

    public void Complete() => _pipe.Writer.Complete();
}
