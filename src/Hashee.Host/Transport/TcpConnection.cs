using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;
using Hashee.Host.Native;

namespace Hashee.Host.Transport;

/// <summary>
/// A TCP connection on a socket of the C library. With <see cref="Deadline.Never"/> the socket blocks, as the Runtime API's loop wants
/// it; with a deadline it does not, and poll(2) bounds every wait.
/// </summary>
internal sealed unsafe class TcpConnection : Connection
{
    private const string TimeLimitReached = "the time limit was reached";

    private readonly int _descriptor;
    private bool _isDisposed;

    private TcpConnection(int descriptor) => _descriptor = descriptor;

    internal int Descriptor => _descriptor;

    internal override bool IsIdle
    {
        get
        {
            byte next;
            return Libc.Receive(_descriptor, &next, 1, Libc.Peek | Libc.DoNotWait) < 0 && Marshal.GetLastPInvokeError() == Libc.TryAgain;
        }
    }

    /// <summary>Tries every address of the host in turn; each gets an equal share of the time that is left.</summary>
    internal static TcpConnection Connect(Origin origin, Deadline deadline)
    {
        Libc.AddressInfo* addresses = Resolve(origin);
        try
        {
            return Connect(addresses, origin, deadline);
        }
        finally
        {
            Libc.FreeAddresses(addresses);
        }
    }

    /// <summary>Tries every address of a list in turn.</summary>
    internal static TcpConnection Connect(Libc.AddressInfo* addresses, Origin origin, Deadline deadline)
    {
        int remaining = 0;
        for (Libc.AddressInfo* address = addresses; address != null; address = address->Next)
        {
            remaining++;
        }

        string failure = "";
        for (Libc.AddressInfo* address = addresses; address != null; address = address->Next)
        {
            Deadline share = deadline.OrEarlier(Deadline.After(deadline.Remaining / remaining--));
            if (TryConnect(address, share, out TcpConnection? connection, ref failure))
            {
                return connection;
            }
        }

        throw new TransportException($"connecting to {origin.Authority} failed: {failure}");
    }

    internal override int Read(Span<byte> destination, Deadline deadline)
    {
        fixed (byte* buffer = destination)
        {
            while (true)
            {
                nint count = Libc.Receive(_descriptor, buffer, (nuint)destination.Length, 0);
                if (count >= 0)
                {
                    return (int)count;
                }

                AfterFailedCall("reading", Libc.Readable, deadline);
            }
        }
    }

    internal override void Write(ReadOnlySpan<byte> source, Deadline deadline)
    {
        fixed (byte* buffer = source)
        {
            nuint written = 0;
            while (written < (nuint)source.Length)
            {
                nint count = Libc.Send(_descriptor, buffer + written, (nuint)source.Length - written, Libc.NoSignal);
                if (count >= 0)
                {
                    written += (nuint)count;
                }
                else
                {
                    AfterFailedCall("writing", Libc.Writable, deadline);
                }
            }
        }
    }

    /// <summary>Waits until the socket is ready for <paramref name="events"/>.</summary>
    internal void WaitFor(short events, string action, Deadline deadline)
    {
        if (!Poll(_descriptor, events, deadline))
        {
            throw new TransportException($"{action}: {TimeLimitReached}");
        }
    }

    public override void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _ = Libc.Close(_descriptor);
        }
    }

    private static Libc.AddressInfo* Resolve(Origin origin)
    {
        Span<byte> host = stackalloc byte[NullTerminated.Size(origin.Host)];
        NullTerminated.Write(origin.Host, host);
        Span<byte> port = stackalloc byte[6];
        NullTerminated.Write(origin.Port.ToString(CultureInfo.InvariantCulture), port);
        Libc.AddressInfo hints = new() { SocketType = Libc.StreamSocket };
        Libc.AddressInfo* addresses;
        fixed (byte* hostStart = host, portStart = port)
        {
            int error = Libc.GetAddresses(hostStart, portStart, &hints, &addresses);
            if (error != 0)
            {
                string reason = NullTerminated.ReadString(Libc.DescribeAddressError(error));
                throw new TransportException($"resolving {origin.Host} failed: {reason}");
            }

            return addresses;
        }
    }

    private static bool TryConnect(
        Libc.AddressInfo* address, Deadline deadline, [NotNullWhen(true)] out TcpConnection? connection, ref string failure)
    {
        connection = null;
        int waits = deadline.PollMilliseconds < 0 ? 0 : Libc.NonBlocking;
        int descriptor = Libc.Socket(address->Family, address->SocketType | Libc.CloseOnExec | waits, address->Protocol);
        if (descriptor < 0)
        {
            failure = Marshal.GetLastPInvokeErrorMessage();
            return false;
        }

        int error = 0;
        if (Libc.Connect(descriptor, address->Address, address->AddressLength) != 0)
        {
            error = Marshal.GetLastPInvokeError();
            if (error is Libc.InProgress or Libc.InterruptedCall)
            {
                error = Poll(descriptor, Libc.Writable, deadline) ? PendingError(descriptor) : -1;
            }
        }

        if (error != 0)
        {
            failure = error < 0 ? TimeLimitReached : Marshal.GetPInvokeErrorMessage(error);
            _ = Libc.Close(descriptor);
            return false;
        }

        // Head and body may be two writes: without this the second would wait for the acknowledgement of the first.
        int enabled = 1;
        _ = Libc.SetSocketOption(descriptor, Libc.TcpLevel, Libc.TcpNoDelay, &enabled, sizeof(int));
        connection = new TcpConnection(descriptor);
        return true;
    }

    private static int PendingError(int descriptor)
    {
        int error;
        uint length = sizeof(int);
        int result = Libc.GetSocketOption(descriptor, Libc.SocketLevel, Libc.SocketError, &error, &length);
        return result == 0 ? error : Marshal.GetLastPInvokeError();
    }

    private static bool Poll(int descriptor, short events, Deadline deadline)
    {
        while (true)
        {
            Libc.PollEntry entry = new() { Descriptor = descriptor, Events = events };
            int ready = Libc.Poll(&entry, 1, deadline.PollMilliseconds);
            if (ready > 0)
            {
                return true;
            }

            if (ready == 0)
            {
                return false;
            }

            if (Marshal.GetLastPInvokeError() != Libc.InterruptedCall)
            {
                throw new TransportException($"poll failed: {Marshal.GetLastPInvokeErrorMessage()}");
            }
        }
    }

    private void AfterFailedCall(string action, short events, Deadline deadline)
    {
        switch (Marshal.GetLastPInvokeError())
        {
            case Libc.InterruptedCall:
                return;
            case Libc.TryAgain:
                WaitFor(events, action, deadline);
                return;
            default:
                throw new ConnectionClosedException($"{action}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }
}
