using System.Runtime.InteropServices;
using Hashee.Host.Native;

namespace Hashee.Host.Transport;

/// <summary>UDP to one address, for what may get lost: nothing waits, and nobody is told.</summary>
internal sealed unsafe class Datagrams : IDisposable
{
    private readonly int _descriptor;

    private Datagrams(int descriptor) => _descriptor = descriptor;

    /// <param name="origin">A number or localhost: a name would have to be looked up.</param>
    /// <returns>Null when there is no way there.</returns>
    internal static Datagrams? TryOpen(Origin origin)
    {
        if (!Resolver.NeedsNoNameServer(origin))
        {
            return null;
        }

        foreach (HostAddress host in Resolver.Find(origin, Deadline.Never))
        {
            int descriptor = Libc.Socket(host.Family, Libc.DatagramSocket | Libc.NonBlocking | Libc.CloseOnExec, 0);
            if (descriptor < 0)
            {
                continue;
            }

            fixed (byte* bytes = host.Bytes)
            {
                if (Libc.Connect(descriptor, bytes, (uint)host.Bytes.Length) == 0)
                {
                    return new Datagrams(descriptor);
                }
            }

            _ = Libc.Close(descriptor);
        }

        return null;
    }

    internal void Send(ReadOnlySpan<byte> datagram)
    {
        fixed (byte* start = datagram)
        {
            while (Libc.Send(_descriptor, start, (nuint)datagram.Length, Libc.NoSignal | Libc.DoNotWait) < 0
                && Marshal.GetLastPInvokeError() == Libc.InterruptedCall)
            {
            }
        }
    }

    public void Dispose() => _ = Libc.Close(_descriptor);
}
