using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Hashee.Host.Native;

namespace Hashee.Host.Transport;

/// <summary>
/// A TCP connection on a socket of the C library. With <see cref="Deadline.Never"/> the socket blocks, as the Runtime API's loop wants
/// it; with a deadline it does not, and poll(2) bounds every wait.
/// </summary>
internal sealed unsafe class TcpConnection : Connection
{
    private readonly int _descriptor;
    private bool _isDisposed;

    private TcpConnection(int descriptor) => _descriptor = descriptor;

    internal override int Descriptor => _descriptor;

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
        Libc.AddressInfo* addresses = Resolver.Resolve(origin, deadline);
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

    internal override short TryRead(Span<byte> destination, out int count)
    {
        fixed (byte* buffer = destination)
        {
            while (true)
            {
                count = (int)Libc.Receive(_descriptor, buffer, (nuint)destination.Length, 0);
                if (count >= 0)
                {
                    return 0;
                }

                if (!MustBeMadeAgain("reading"))
                {
                    count = 0;
                    return Libc.Readable;
                }
            }
        }
    }

    internal override short TryWrite(ReadOnlySpan<byte> source, out int count)
    {
        fixed (byte* buffer = source)
        {
            while (true)
            {
                count = (int)Libc.Send(_descriptor, buffer, (nuint)source.Length, Libc.NoSignal);
                if (count >= 0)
                {
                    return 0;
                }

                if (!MustBeMadeAgain("writing"))
                {
                    count = 0;
                    return Libc.Writable;
                }
            }
        }
    }

    /// <summary>
    /// Writes everything, for as long as it takes, unless the other side speaks or goes away first: who is only to listen until the end has then
    /// no use for the rest.
    /// </summary>
    /// <returns>False when it did; how much was written is then unknown.</returns>
    internal bool TryWriteAll(ReadOnlySpan<byte> source)
    {
        fixed (byte* buffer = source)
        {
            nuint written = 0;
            while (written < (nuint)source.Length)
            {
                if (Await(_descriptor, Libc.Readable | Libc.Writable, Deadline.Never) != Libc.Writable)
                {
                    return false;
                }

                nint count = Libc.Send(_descriptor, buffer + written, (nuint)source.Length - written, Libc.NoSignal | Libc.DoNotWait);
                if (count >= 0)
                {
                    written += (nuint)count;
                }
                else if (Marshal.GetLastPInvokeError() is not (Libc.InterruptedCall or Libc.TryAgain))
                {
                    return false;
                }
            }
        }

        return true;
    }

    public override void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _ = Libc.Close(_descriptor);
        }
    }

    /// <summary>Starts to connect without waiting.</summary>
    /// <returns>A connection that is there, or will be when the socket can be written to: <see cref="ConnectError"/>.</returns>
    internal static TcpConnection Begin(HostAddress address)
    {
        fixed (byte* bytes = address.Bytes)
        {
            Libc.AddressInfo info = new()
            {
                Family = address.Family,
                SocketType = Libc.StreamSocket,
                Protocol = address.Protocol,
                Address = bytes,
                AddressLength = (uint)address.Bytes.Length,
            };
            int error = Begin(&info, Libc.NonBlocking, out int descriptor);
            if (descriptor < 0 || error is not (0 or Libc.InProgress or Libc.InterruptedCall))
            {
                CloseIfOpen(descriptor);
                throw new TransportException(Marshal.GetPInvokeErrorMessage(error));
            }

            return new TcpConnection(descriptor);
        }
    }

    /// <summary>The error of a connection that was begun, once the socket can be written to; null for none.</summary>
    internal string? ConnectError() => PendingError(_descriptor) is var error and not 0 ? Marshal.GetPInvokeErrorMessage(error) : null;

    private static bool TryConnect(
        Libc.AddressInfo* address, Deadline deadline, [NotNullWhen(true)] out TcpConnection? connection, ref string failure)
    {
        connection = null;
        int error = Begin(address, deadline.PollMilliseconds < 0 ? 0 : Libc.NonBlocking, out int descriptor);
        if (error is Libc.InProgress or Libc.InterruptedCall)
        {
            error = Poll(descriptor, Libc.Writable, deadline) ? PendingError(descriptor) : -1;
        }

        if (error != 0)
        {
            failure = error < 0 ? TimeLimitReached : Marshal.GetPInvokeErrorMessage(error);
            CloseIfOpen(descriptor);
            return false;
        }

        connection = new TcpConnection(descriptor);
        return true;
    }

    /// <returns>0 or an error; EINPROGRESS is one.</returns>
    private static int Begin(Libc.AddressInfo* address, int waits, out int descriptor)
    {
        descriptor = Libc.Socket(address->Family, address->SocketType | Libc.CloseOnExec | waits, address->Protocol);
        if (descriptor < 0)
        {
            return Marshal.GetLastPInvokeError();
        }

        // Head and body may be two writes: without this the second would wait for the acknowledgement of the first.
        int enabled = 1;
        _ = Libc.SetSocketOption(descriptor, Libc.TcpLevel, Libc.TcpNoDelay, &enabled, sizeof(int));
        return Libc.Connect(descriptor, address->Address, address->AddressLength) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    private static void CloseIfOpen(int descriptor)
    {
        if (descriptor >= 0)
        {
            _ = Libc.Close(descriptor);
        }
    }

    private static int PendingError(int descriptor)
    {
        int error;
        uint length = sizeof(int);
        int result = Libc.GetSocketOption(descriptor, Libc.SocketLevel, Libc.SocketError, &error, &length);
        return result == 0 ? error : Marshal.GetLastPInvokeError();
    }

    /// <summary>Whether a failed call was only interrupted; false when it would have had to wait.</summary>
    private static bool MustBeMadeAgain(string action) => Marshal.GetLastPInvokeError() switch
    {
        Libc.InterruptedCall => true,
        Libc.TryAgain => false,
        _ => throw new ConnectionClosedException($"{action}: {Marshal.GetLastPInvokeErrorMessage()}"),
    };
}
