using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hashee.EndToEnd.Tests;

/// <summary>
/// A process that is not a child of this one, held by a pidfd (pidfd_open(2)): it is the same process whoever gets its number later, and its
/// end shows even where nobody reaps it.
/// </summary>
internal sealed partial class ObservedProcess : IDisposable
{
    private const int PidfdOpen = 434; // the same on every architecture
    private const short PollIn = 1;
    private const int Interrupted = 4; // EINTR

    private readonly SafeFileHandle _handle;

    /// <summary>Holds a process that runs.</summary>
    public ObservedProcess(int id)
    {
        Id = id;
        _handle = new SafeFileHandle(SystemCall(PidfdOpen, id, 0), ownsHandle: true);
        if (_handle.IsInvalid)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    public int Id { get; }

    /// <summary>The processes that a process has started and that still run.</summary>
    public static List<ObservedProcess> ChildrenOf(int parent) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(static folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out int id) ? id : 0)
            .Where(id => id > 0 && ParentOf(id) == parent)
            .Select(static id => new ObservedProcess(id)),
    ];

    /// <summary>Waits until the process has ended.</summary>
    /// <returns>False when it still runs after this time.</returns>
    public bool WaitForExit(TimeSpan limit)
    {
        long begunAt = Stopwatch.GetTimestamp();
        PollDescriptor poll = new() { Descriptor = (int)_handle.DangerousGetHandle(), Events = PollIn };
        while (true)
        {
            TimeSpan left = limit - Stopwatch.GetElapsedTime(begunAt);
            int ready = Poll(ref poll, 1, Math.Max(0, (int)Math.Ceiling(left.TotalMilliseconds)));
            if (ready >= 0)
            {
                return ready > 0;
            }

            // A signal, such as that of a child's end, says nothing about the process that is waited for.
            int error = Marshal.GetLastPInvokeError();
            if (error != Interrupted)
            {
                throw new Win32Exception(error);
            }
        }
    }

    /// <summary>Ends the process if it still runs.</summary>
    public void Dispose()
    {
        if (!WaitForExit(TimeSpan.Zero))
        {
            Process.GetProcessById(Id).Kill();
        }

        _handle.Dispose();
    }

    /// <returns>0 when there is no such process (any more).</returns>
    private static int ParentOf(int id)
    {
        try
        {
            // proc(5): the fields behind the name, which is in parentheses and may contain anything, begin with the state and the parent.
            string status = File.ReadAllText($"/proc/{id}/stat");
            return int.Parse(status[(status.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint id, nint flags);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollDescriptor descriptors, nuint count, int milliseconds);

    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Occurred;
    }
}
