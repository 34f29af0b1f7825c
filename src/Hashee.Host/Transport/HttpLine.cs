namespace Hashee.Host.Transport;

/// <summary>A connection and what is needed to speak HTTP on it.</summary>
internal sealed class HttpLine(Connection connection) : IDisposable
{
    internal Connection Connection => connection;

    internal HttpAnswer Answer { get; } = new(long.MaxValue);

    internal ByteBuffer Output { get; } = new(1024);

    /// <summary>When it was used last, as Stopwatch has it.</summary>
    internal long IdleSince { get; set; }

    /// <summary>Whether it cannot carry another request, whatever the answer says.</summary>
    internal bool IsOnlyRead { get; set; }

    /// <summary>Reads what comes next of the answer.</summary>
    internal async ValueTask FillAsync(TimeLimit limit)
    {
        Poller.Check("reading", limit);
        while (!TryFill(out short awaited))
        {
            await Poller.WaitAsync(connection.Descriptor, awaited, "reading", limit).ConfigureAwait(false);
        }
    }

    /// <summary>Reads what is there.</summary>
    /// <returns>False when nothing is; then <paramref name="awaited"/> is the event to wait for.</returns>
    internal bool TryFill(out short awaited)
    {
        awaited = connection.TryRead(Answer.Room, out int count);
        if (awaited != 0)
        {
            return false;
        }

        Answer.Received(count);
        return true;
    }

    internal async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, TimeLimit limit)
    {
        while (!bytes.IsEmpty)
        {
            Poller.Check("writing", limit);
            if (connection.TryWrite(bytes.Span, out int count) is var awaited and not 0)
            {
                await Poller.WaitAsync(connection.Descriptor, awaited, "writing", limit).ConfigureAwait(false);
            }

            bytes = bytes[count..];
        }
    }

    public void Dispose() => connection.Dispose();
}
