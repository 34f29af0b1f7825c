using Hashee.Host.Native;

namespace Hashee.Host.Transport;

/// <summary>A connection and what is needed to speak HTTP on it.</summary>
internal sealed class HttpLine(Connection connection) : IDisposable
{
    internal Connection Connection => connection;

    internal HttpAnswer Answer { get; } = new(long.MaxValue);

    internal ByteBuffer Output { get; } = new(1024);

    /// <summary>Until when it may be used again.</summary>
    internal Deadline KeptUntil { get; set; }

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

    /// <summary>Writes, unless the server refuses the request meanwhile: then it has no use for the rest, and may never read it.</summary>
    /// <returns>False when it did; the head of its answer is there.</returns>
    internal async ValueTask<bool> TryWriteAsync(ReadOnlyMemory<byte> bytes, TimeLimit limit)
    {
        while (!bytes.IsEmpty)
        {
            Poller.Check("writing", limit);
            if (connection.TryWrite(bytes.Span, out int count) is var awaited and not 0)
            {
                await Poller.WaitAsync(connection.Descriptor, Answer.HasHead ? awaited : (short)(awaited | Libc.Readable), "writing", limit)
                    .ConfigureAwait(false);
                if (IsRefused())
                {
                    return false;
                }
            }

            bytes = bytes[count..];
        }

        return true;
    }

    /// <summary>Whether the server has answered already that it will not do what it is asked for; never waits.</summary>
    internal bool IsRefused()
    {
        while (!Answer.HasHead && TryFill(out _))
        {
        }

        return Answer.HasHead && Answer.Status >= 300;
    }

    /// <summary>Ends both directions: whoever waits on the connection goes on, with an error.</summary>
    internal void Abort() => _ = Libc.ShutDown(connection.Descriptor, Libc.BothDirections);

    public void Dispose() => connection.Dispose();
}
