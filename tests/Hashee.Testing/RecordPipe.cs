using System.Runtime.InteropServices;
using System.Text;
using Hashee.Host.Native;

namespace Hashee.Testing;

/// <summary>
/// A pair of sockets in place of standard output, which keeps the boundaries between writes unless it is a stream that does not block.
/// </summary>
internal sealed unsafe partial class RecordPipe : IDisposable
{
    private const int Unix = 1;
    private const int SequencedPackets = 5;
    private const int SetStatusFlags = 4;

    private readonly int[] _ends = new int[2];
    private readonly byte[] _buffer = new byte[65536];

    internal RecordPipe(bool isStream = false)
    {
        fixed (int* ends = _ends)
        {
            Assert.Equal(0, SocketPair(Unix, isStream ? Libc.StreamSocket : SequencedPackets, 0, ends));
        }

        if (isStream)
        {
            Assert.Equal(0, SetFlags(WriteEnd, SetStatusFlags, Libc.NonBlocking));
        }
    }

    internal int WriteEnd => _ends[1];

    internal string ReadOne()
    {
        fixed (byte* start = _buffer)
        {
            nint count;
            do
            {
                count = Read(_ends[0], start, (nuint)_buffer.Length);
            }
            while (count < 0 && Marshal.GetLastPInvokeError() == Libc.InterruptedCall);
            return Encoding.UTF8.GetString(_buffer, 0, (int)count);
        }
    }

    public void Dispose()
    {
        _ = Libc.Close(_ends[0]);
        _ = Libc.Close(_ends[1]);
    }

    [LibraryImport("libc", EntryPoint = "socketpair")]
    private static partial int SocketPair(int domain, int type, int protocol, int* ends);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int SetFlags(int descriptor, int command, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int descriptor, byte* buffer, nuint count);
}
