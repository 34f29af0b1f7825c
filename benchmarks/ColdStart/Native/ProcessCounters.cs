using System.Globalization;
using System.Text;

namespace Hashee.Benchmarks.ColdStart.Native;

/// <summary>What the kernel has counted for a process so far.</summary>
/// <param name="CpuMilliseconds">Processor time of all its threads, user and system (the process's CPU clock, in nanoseconds).</param>
/// <param name="PageFaults">Minor and major (fields 10 and 12 of <c>/proc/PID/stat</c>).</param>
/// <param name="PeakResidentKilobytes"><c>VmHWM</c> of <c>/proc/PID/status</c>, in units of 1024 bytes.</param>
internal readonly record struct ProcessCounters(double CpuMilliseconds, long PageFaults, long PeakResidentKilobytes)
{
    /// <summary>Reads a living process.</summary>
    /// <exception cref="IOException">There is no such process.</exception>
    public static ProcessCounters Read(int pid)
    {
        if (Libc.clock_getcpuclockid(pid, out int clock) != 0 || Libc.clock_gettime(clock, out TimeSpec cpu) != 0)
        {
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"process {pid} has ended"));
        }

        Span<byte> buffer = stackalloc byte[4096];
        ReadOnlySpan<byte> stat = ReadFile($"/proc/{pid}/stat", buffer);
        (long minor, long major) = ParseFaults(stat);
        long peak = ParsePeak(ReadFile($"/proc/{pid}/status", buffer));
        return new ProcessCounters(cpu.Milliseconds, minor + major, peak);
    }

    /// <summary>What was counted since an earlier reading. A peak has no difference: it stays as it is.</summary>
    public ProcessCounters Since(ProcessCounters earlier) =>
        new(CpuMilliseconds - earlier.CpuMilliseconds, PageFaults - earlier.PageFaults, PeakResidentKilobytes);

    /// <summary>Minor and major faults in the text of <c>/proc/PID/stat</c>, whatever the program's name contains.</summary>
    internal static (long Minor, long Major) ParseFaults(ReadOnlySpan<byte> stat)
    {
        ReadOnlySpan<byte> afterName = stat[(stat.LastIndexOf((byte)')') + 2)..];
        Span<Range> fields = stackalloc Range[11];
        Span<char> text = stackalloc char[afterName.Length];
        Encoding.ASCII.GetChars(afterName, text);
        ReadOnlySpan<char> characters = text;
        characters.Split(fields, ' ');
        return (Number(characters[fields[7]]), Number(characters[fields[9]]));
    }

    /// <summary>Kilobytes of <c>VmHWM</c> in the text of <c>/proc/PID/status</c>; 0 when the process has no memory any more.</summary>
    internal static long ParsePeak(ReadOnlySpan<byte> status)
    {
        ReadOnlySpan<byte> name = "VmHWM:"u8;
        int at = status.IndexOf(name);
        if (at < 0)
        {
            return 0;
        }

        ReadOnlySpan<byte> value = status[(at + name.Length)..].TrimStart(" \t"u8);
        return long.Parse(value[..value.IndexOf((byte)' ')], CultureInfo.InvariantCulture);
    }

    private static long Number(ReadOnlySpan<char> text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static ReadOnlySpan<byte> ReadFile(string path, Span<byte> buffer)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(path);
        return buffer[..RandomAccess.Read(file, buffer, 0)];
    }
}
