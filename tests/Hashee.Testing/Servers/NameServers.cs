using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Hashee.Testing.Servers;

/// <summary>
/// Three name servers on loopback that say nothing until they are told to, and a /etc/resolv.conf that names them and two search domains, which only one
/// thread of this process and those it starts can see.
/// </summary>
internal sealed unsafe partial class NameServers : IDisposable
{
    private const int NewMounts = 0x20000;
    private const ulong Bind = 0x1000;
    private const ulong Private = 0x40000 | 0x4000;
    private const int AddressQuestion = 1;
    private const byte NoError = 0x80;
    private const byte NoSuchName = 0x83;

    private readonly string _configuration = Path.GetTempFileName();
    private readonly Socket[] _sockets;

    /// <summary>
    /// Skips the test where this user may not do what there is no way around: the C library asks on port 53 whom /etc/resolv.conf names.
    /// </summary>
    internal NameServers()
    {
        int refusal = OnThread(static () => Unshare(NewMounts) == 0 ? 0 : Marshal.GetLastPInvokeError());
        Assert.SkipUnless(refusal == 0, $"This user may give no thread a resolv.conf of its own: {Marshal.GetPInvokeErrorMessage(refusal)}");
        _sockets = [.. Enumerable.Range(0, 3).Select(static _ => NewSocket())];
        File.WriteAllText(
            _configuration,
            string.Concat(_sockets.Select(static socket => $"nameserver {((IPEndPoint)socket.LocalEndPoint!).Address}\n")) +
                "search one.example two.example\n");
    }

    /// <summary>
    /// Runs a test on a thread that asks these servers. The C library keeps its threads for a second, so of a test program's names all are looked up in
    /// one such test.
    /// </summary>
    internal void Run(Action test) => OnThread(() =>
    {
        SeeOwnConfiguration();
        test();
        return true;
    });

    /// <summary>Answers all that was asked and will be, until these are disposed.</summary>
    /// <param name="knowsNames">Whether every name is 127.0.0.1; otherwise there is none.</param>
    internal void BeginToAnswer(bool knowsNames)
    {
        foreach (Socket socket in _sockets)
        {
            new Thread(() => Answer(socket, knowsNames)) { IsBackground = true }.Start();
        }
    }

    public void Dispose()
    {
        Array.ForEach(_sockets, static socket => socket.Dispose());
        File.Delete(_configuration);
    }

    private static T OnThread<T>(Func<T> work)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                result = work();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }

    private static Socket NewSocket()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        byte[] address = [127, (byte)Random.Shared.Next(1, 255), (byte)Random.Shared.Next(256), (byte)Random.Shared.Next(1, 255)];
        socket.Bind(new IPEndPoint(new IPAddress(address), 53));
        return socket;
    }

    private static void Answer(Socket socket, bool knowsNames)
    {
        byte[] buffer = new byte[512];
        try
        {
            while (true)
            {
                EndPoint client = new IPEndPoint(IPAddress.Any, 0);
                int length = socket.ReceiveFrom(buffer, ref client);
                socket.SendTo(AnswerTo(buffer.AsSpan(0, length), knowsNames), client);
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
        }
    }

    /// <summary>RFC 1035, section 4: the question again, and one address if one was asked for.</summary>
    private static byte[] AnswerTo(ReadOnlySpan<byte> query, bool knowsNames)
    {
        int end = 12;
        while (query[end] != 0)
        {
            end += query[end] + 1;
        }

        bool isForAddress = knowsNames && query[end + 2] == AddressQuestion;
        byte[] header = [query[0], query[1], 0x81, knowsNames ? NoError : NoSuchName, 0, 1, 0, isForAddress ? (byte)1 : (byte)0, 0, 0, 0, 0];
        byte[] answer = isForAddress ? [0xC0, 12, 0, AddressQuestion, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1] : [];
        return [.. header, .. query[12..(end + 5)], .. answer];
    }

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int Unshare(int what);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string? source, string target, string? type, ulong flags, void* data);

    private void SeeOwnConfiguration()
    {
        Succeed(Unshare(NewMounts));
        Succeed(Mount(null, "/", null, Private, null));
        Succeed(Mount(_configuration, "/etc/resolv.conf", null, Bind, null));

        static void Succeed(int result) => Assert.True(result == 0, Marshal.GetLastPInvokeErrorMessage());
    }
}
