namespace Hashee.Host.Transport;

/// <summary>
/// A byte stream to one server. Failures and passed deadlines are <see cref="TransportException"/>s; afterwards it can only be disposed.
/// </summary>
internal abstract class Connection : IDisposable
{
    /// <summary>Whether the connection is still open with nothing unread on it, as far as this side can know; never waits.</summary>
    internal abstract bool IsIdle { get; }

    /// <summary>Waits for bytes.</summary>
    /// <returns>The number of bytes read; 0 when the server ended the stream in good order.</returns>
    internal abstract int Read(Span<byte> destination, Deadline deadline);

    /// <summary>Writes everything.</summary>
    internal abstract void Write(ReadOnlySpan<byte> source, Deadline deadline);

    public abstract void Dispose();
}
