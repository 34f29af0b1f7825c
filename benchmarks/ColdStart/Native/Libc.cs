using System.Runtime.InteropServices;

namespace Hashee.Benchmarks.ColdStart.Native;

/// <summary>The C library's calls that .NET has no form of. What a signal may interrupt (EINTR) is called again until it was not.</summary>
internal static unsafe partial class Libc
{
    private const int InterruptedCall = 4;

    public const int ProcessGroup = 0x02;
    public const int DefaultSignals = 0x04;
    public const int SignalPipe = 13;
    public const int SignalKill = 9;
    public const int DoNotHang = 1;
    public const int AdviseNotNeeded = 4;
    public const int ReadOnly = 0;
    public const int WriteCreateTruncate = 0x241;
    public const int CloseOnExec = 0x80000;
    public const int NewMountNamespace = 0x20000;
    public const ulong Bind = 0x1000;
    public const ulong PrivateRecursively = 0x40000 | 0x4000;

    /// <summary>Reads what is there, at least one byte: 0 at the end, −1 with the error set.</summary>
    public static nint Read(int file, byte* buffer, nint length)
    {
        nint count;
        do
        {
            count = read(file, buffer, length);
        }
        while (WasInterrupted(count));
        return count;
    }

    /// <summary>Writes at least one byte, −1 with the error set.</summary>
    public static nint Write(int file, byte* buffer, nint length)
    {
        nint count;
        do
        {
            count = write(file, buffer, length);
        }
        while (WasInterrupted(count));
        return count;
    }

    /// <summary>Reaps a child: its id, 0 while it runs and waiting was not asked for, −1 with the error set.</summary>
    public static int WaitFor(int pid, int options)
    {
        int reaped;
        do
        {
            reaped = waitpid(pid, out _, options);
        }
        while (WasInterrupted(reaped));
        return reaped;
    }

    /// <summary>Waits until a file's data is on the disk: 0, or −1 with the error set.</summary>
    public static int Flush(int file)
    {
        int result;
        do
        {
            result = fsync(file);
        }
        while (WasInterrupted(result));
        return result;
    }

    /// <summary>The version of the C library that programs get here, for example <c>2.36</c>.</summary>
    public static string Version => Marshal.PtrToStringUTF8((nint)gnu_get_libc_version()) ?? "";

    private static bool WasInterrupted(nint result) => result < 0 && Marshal.GetLastPInvokeError() == InterruptedCall;

    [LibraryImport("libc")]
    public static partial int posix_spawn(out int pid, byte* path, byte* actions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_init(byte* actions);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_destroy(byte* actions);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_adddup2(byte* actions, int from, int to);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int posix_spawn_file_actions_addopen(byte* actions, int to, string path, int flags, uint mode);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int posix_spawn_file_actions_addchdir_np(byte* actions, string path);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_init(byte* attributes);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_destroy(byte* attributes);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setflags(byte* attributes, short flags);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setsigdefault(byte* attributes, byte* signals);

    [LibraryImport("libc")]
    public static partial int sigemptyset(byte* signals);

    [LibraryImport("libc")]
    public static partial int sigaddset(byte* signals, int signal);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int pipe2(int* ends, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int file, byte* buffer, nint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int file, byte* buffer, nint length);

    [LibraryImport("libc")]
    public static partial int close(int file);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int kill(int pid, int signal);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int waitpid(int pid, out int status, int options);

    [LibraryImport("libc")]
    public static partial int clock_getcpuclockid(int pid, out int clock);

    [LibraryImport("libc")]
    public static partial int clock_gettime(int clock, out TimeSpec time);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int sched_setaffinity(int thread, nint size, ulong* mask);

    [LibraryImport("libc")]
    public static partial int posix_fadvise(int file, long offset, long length, int advice);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int file);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int mincore(void* address, nint length, byte* pages);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int unshare(int namespaces);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mount(string source, string target, string? type, ulong flags, void* data);

    [LibraryImport("libc")]
    private static partial byte* gnu_get_libc_version();
}

/// <summary><c>struct timespec</c> of 64-bit Linux.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct TimeSpec
{
    private readonly long _seconds;
    private readonly long _nanoseconds;

    public double Milliseconds => (_seconds * 1e3) + (_nanoseconds / 1e6);
}
