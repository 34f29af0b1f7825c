using System.Globalization;
using System.Runtime.InteropServices;

namespace Hashee.Benchmarks.ColdStart.Native;

/// <summary>Which processors threads may run on.</summary>
internal static unsafe class Affinity
{
    private const int MaskWords = 16;
    private static ulong _ownMask = ulong.MaxValue;

    /// <summary>Binds the calling thread to one processor until it is disposed; what it starts meanwhile inherits that.</summary>
    public static Restore Of(int processor)
    {
        Set(0, processor);
        return new Restore();
    }

    /// <summary>Keeps all threads of this process, and those they will start, off one processor, or lets them run everywhere.</summary>
    /// <param name="processor">The processor to leave alone; null for none.</param>
    public static void Avoid(int? processor)
    {
        ulong mask = processor is { } avoided ? ~(1UL << avoided) : ulong.MaxValue;
        if (mask != _ownMask)
        {
            _ownMask = mask;
            foreach (int thread in Threads(Environment.ProcessId))
            {
                TrySet(thread, mask);
            }
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
        public void Dispose() => TrySet(0, _ownMask);
    }
}
