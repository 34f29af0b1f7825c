using System.Globalization;
using System.Runtime.InteropServices;

namespace Hashee.Benchmarks.ColdStart.Native;

/// <summary>Which processors threads may run on.</summary>
internal static unsafe class Affinity
{
    private const int MaskWords = 16;

    /// <summary>Binds the calling thread to one processor until it is disposed; what it starts meanwhile inherits that.</summary>
    public static Restore Of(int processor)
    {
        Set(0, processor);
        return new Restore();
    }

    /// <summary>Keeps all threads of this process, and those it will start, off one processor, where there is another one.</summary>
    public static void KeepOff(int processor)
    {
        OwnMask = ~0UL & ~(1UL << processor);
        foreach (int thread in Threads(Environment.ProcessId))
        {
            TrySet(thread, OwnMask);
        }
    }

    /// <summary>Lets all threads of a process run everywhere.</summary>
    public static void Widen(int pid)
    {
        foreach (int thread in Threads(pid))
        {
            TrySet(thread, ulong.MaxValue);
        }
    }

    private static ulong OwnMask { get; set; } = ulong.MaxValue;

    private static void Set(int thread, int processor)
    {
        if (!TrySet(thread, 1UL << processor))
        {
            throw new IOException($"cannot run on processor {processor} alone: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    private static bool TrySet(int thread, ulong mask)
    {
        ulong* words = stackalloc ulong[MaskWords];
        new Span<ulong>(words, MaskWords).Fill(mask == ulong.MaxValue ? ulong.MaxValue : 0);
        words[0] = mask;
        return Libc.sched_setaffinity(thread, MaskWords * sizeof(ulong), words) == 0;
    }

    private static IEnumerable<int> Threads(int pid) =>
        Directory.EnumerateDirectories($"/proc/{pid}/task").Select(static folder => int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture));

    /// <summary>Lets the calling thread run where it could before.</summary>
    internal sealed class Restore : IDisposable
    {
        public void Dispose() => TrySet(0, OwnMask);
    }
}
