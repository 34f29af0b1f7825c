using System.Globalization;
using System.Runtime.InteropServices;

namespace Hashee.Benchmarks.Tests;

/// <summary>Signals that interrupt system calls.</summary>
internal static unsafe partial class Signals
{
    public const int User2 = 12;

    private const int ActionSize = 152; // struct sigaction of 64-bit glibc: handler, 128 bytes of mask, flags, restorer
    private const int Times = 3;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Sets a handler without SA_RESTART until it is disposed.</summary>
    public static Handled Handle(int signal, nint handler) => new(signal, handler);

    /// <summary>Begins work on a thread of its own and interrupts it, some times, while it waits.</summary>
    public static Interrupted Interrupt(int signal, Action work)
    {
        int id = 0;
        Thread thread = new(() =>
        {
            Volatile.Write(ref id, gettid());
            work();
        });
        thread.Start();
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref id) != 0, Limit));
        for (int i = 0; i < Times; i++)
        {
            Assert.True(SpinWait.SpinUntil(() => State(id) is 'S' or null, Limit));
            _ = tgkill(Environment.ProcessId, id, signal);
            Assert.True(SpinWait.SpinUntil(() => !IsPending(id, signal), Limit));
        }

        return new Interrupted(thread);
    }

    private static char? State(int thread) => Read(thread, "stat") is { } stat ? stat[stat.LastIndexOf(')') + 2] : null;

    private static bool IsPending(int thread, int signal)
    {
        if (Read(thread, "status") is not { } status)
        {
            return false;
        }

        ReadOnlySpan<char> digits = status.Split("SigPnd:", 2)[1].AsSpan().Trim()[..16];
        return (ulong.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) >> (signal - 1) & 1) != 0;
    }

    private static string? Read(int thread, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/self/task/{thread}/{file}");
        }
        catch (IOException)
        {
            return null;
        }
    }

    [LibraryImport("libc")]
    private static partial int gettid();

    [LibraryImport("libc")]
    private static partial int tgkill(int process, int thread, int signal);

    [LibraryImport("libc")]
    private static partial int sigaction(int signal, void* action, void* before);

    /// <summary>A handler that is set.</summary>
    internal sealed class Handled : IDisposable
    {
        private readonly byte[] _before = new byte[ActionSize];
        private readonly int _signal;

        public Handled(int signal, nint handler)
        {
            _signal = signal;
            byte[] action = new byte[ActionSize];
            BitConverter.TryWriteBytes(action, handler);
            fixed (byte* set = action, before = _before)
            {
                Assert.Equal(0, sigaction(signal, set, before));
            }
        }

        public void Dispose()
        {
            fixed (byte* before = _before)
            {
                _ = sigaction(_signal, before, null);
            }
        }
    }

    /// <summary>Work that was interrupted.</summary>
    internal sealed class Interrupted(Thread thread) : IDisposable
    {
        public void Join() => Assert.True(thread.Join(Limit));

        public void Dispose() => thread.Join(Limit);
    }
}
