using System.Runtime.InteropServices;
using Hashee.Host.Native;

namespace Hashee.Host.Transport;

/// <summary>
/// A byte stream to one server. Failures and passed deadlines are <see cref="TransportException"/>s; afterwards it can only be disposed.
/// </summary>
internal abstract unsafe class Connection : IDisposable
{
    internal const string TimeLimitReached = "the time limit was reached";

    /// <summary>Whether the connection is still open with nothing unread on it, as far as this side can know; never waits.</summary>
    internal abstract bool IsIdle { get; }

    /// <summary>The socket, for waiting.</summary>
    internal abstract int Descriptor { get; }

    /// <summary>Waits for bytes.</summary>
    /// <returns>The number of bytes read; 0 when the server ended the stream in good order.</returns>
    internal int Read(Span<byte> destination, Deadline deadline)
    {
        int count;
        while (TryRead(destination, out count) is var awaited and not 0)
        {
            WaitFor(Descriptor, awaited, "reading", deadline);
        }

        return count;
    }

    /// <summary>Writes everything.</summary>
    internal void Write(ReadOnlySpan<byte> source, Deadline deadline)
    {
        while (!source.IsEmpty)
        {
            if (TryWrite(source, out int count) is var awaited and not 0)
            {
                WaitFor(Descriptor, awaited, "writing", deadline);
            }

            source = source[count..];
        }
    }

    /// <summary>Reads what is there; a socket that blocks waits for something.</summary>
    /// <param name="destination">Takes the bytes.</param>
    /// <param name="count">The number of bytes read; 0 when the server ended the stream in good order.</param>
    /// <returns>0, or the event of poll(2) to wait for before the next try.</returns>
    internal abstract short TryRead(Span<byte> destination, out int count);

    /// <summary>Writes what can be written; a socket that blocks waits until something can.</summary>
    /// <param name="source">The bytes, not empty; the same at the next try when nothing was written.</param>
    /// <param name="count">The number of bytes written.</param>
    /// <returns>0, or the event of poll(2) to wait for before the next try.</returns>
    internal abstract short TryWrite(ReadOnlySpan<byte> source, out int count);

    public abstract void Dispose();

    /// <summary>Waits until a socket is ready.</summary>
    /// <exception cref="TransportException">It was not in time. A socket that is always ready does not get more time than that either.</exception>
    protected static void WaitFor(int descriptor, short events, string action, Deadline deadline)
    {
        if (deadline.HasPassed || !Poll(descriptor, events, deadline))
        {
            throw new TransportException($"{action}: {TimeLimitReached}");
        }
    }

    /// <returns>False when the deadline passed.</returns>
    protected static bool Poll(int descriptor, short events, Deadline deadline) => Await(descriptor, events, deadline) != 0;

    /// <returns>What the socket is ready for, errors included; 0 when the deadline passed.</returns>
    protected static short Await(int descriptor, short events, Deadline deadline)
    {
        while (true)
        {
            Libc.PollEntry entry = new() { Descriptor = descriptor, Events = events };
            int ready = Libc.Poll(&entry, 1, deadline.PollMilliseconds);
            if (ready >= 0)
            {
                return entry.Returned;
            }

            if (Marshal.GetLastPInvokeError() != Libc.InterruptedCall)
            {
                throw new TransportException($"poll failed: {Marshal.GetLastPInvokeErrorMessage()}");
            }
        }
    }
}
