using System.Runtime.InteropServices;

namespace Hashee.Benchmarks.ColdStart.Native;

/// <summary>The C library's calls that .NET has no form of.</summary>
internal static unsafe partial class Libc
{
    public const int ProcessGroup = 0x02;
    public const int DefaultSignals = 0x04;
    public const int SignalPipe = 13;
    public const int SignalKill = 9;
    public const int DoNotHang = 1;
    public const int AdviseNotNeeded = 4;
    public const int ReadOnly = 0;
    public const int WriteCreateTruncate = 0x241;
    public const int CloseOnExec = 0x80000;

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

    [LibraryImport("libc")]
    public static partial int pipe2(int* ends, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint read(int file, byte* buffer, nint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint write(int file, byte* buffer, nint length);

    [LibraryImport("libc")]
    public static partial int close(int file);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int kill(int pid, int signal);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int waitpid(int pid, out int status, int options);

    [LibraryImport("libc")]
    public static partial int clock_getcpuclockid(int pid, out int clock);

    [LibraryImport("libc")]
    public static partial int clock_gettime(int clock, out TimeSpec time);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int sched_setaffinity(int thread, nint size, ulong* mask);

    [LibraryImport("libc")]
    public static partial int posix_fadvise(int file, long offset, long length, int advice);

    [LibraryImport("libc")]
    public static partial int fsync(int file);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int mincore(void* address, nint length, byte* pages);
}

/// <summary><c>struct timespec</c> of 64-bit Linux.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct TimeSpec
{
    private readonly long _seconds;
    private readonly long _nanoseconds;

    public double Milliseconds => (_seconds * 1e3) + (_nanoseconds / 1e6);
}
