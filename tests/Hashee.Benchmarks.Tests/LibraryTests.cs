using System.Text;
using Hashee.Benchmarks.ColdStart;
using Hashee.Benchmarks.ColdStart.Native;

namespace Hashee.Benchmarks.Tests;

[Collection(MeasurementTests.OneAtATime)]
public sealed class LibraryTests : IDisposable
{
    // Not in the temporary folder: many file systems for such keep their files in memory, where nothing can be evicted.
    private readonly DirectoryInfo _folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, $"library-{Guid.NewGuid():N}"));

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Mapped_files_are_read_without_devices_shared_memory_and_what_is_deleted()
    {
        string[] lines =
        [
            "55d0a0-55d0a1 r--p 00000000 fe:00 1234                       /usr/bin/x",
            "55d0a1-55d0a2 r-xp 00001000 fe:00 1234                       /usr/bin/x",
            "7f0000-7f0001 r--p 00000000 fe:00 99                         /usr/lib/a b/libc.so.6",
            "7f0002-7f0003 rw-p 00000000 00:00 0 ",
            "7f0003-7f0004 rw-p 00000000 00:00 0                          [heap]",
            "7f0004-7f0005 rw-s 00000000 00:01 7                          /memfd:doublemapper (deleted)",
            "7f0005-7f0006 rw-s 00000000 00:05 8                          /dev/zero",
            "7f0006-7f0007 r--p 00000000 fe:00 9                          /tmp/old.so (deleted)",
        ];

        Assert.Equal(["/usr/bin/x", "/usr/lib/a b/libc.so.6"], MappedFiles.Parse(lines));
    }

    [Fact]
    public void A_living_processs_libraries_are_found()
    {
        IReadOnlyList<string> files = MappedFiles.Of(Environment.ProcessId);

        Assert.Contains(files, static file => Path.GetFileName(file) == "libc.so.6");
        Assert.All(files, static file => Assert.True(File.Exists(file)));
    }

    [Fact]
    public void A_program_finds_its_own_copy_of_a_library_and_nobody_else_does()
    {
        SkipWithoutNamespaces();
        string libc = MappedFiles.Of(Environment.ProcessId).Single(static file => Path.GetFileName(file) == "libc.so.6");
        using OwnLibraries libraries = new(Path.Combine(_folder.FullName, "libraries"));
        string mounts = File.ReadAllText("/proc/self/mounts");
        string output = Path.Combine(_folder.FullName, "output");

        using ChildProcess child = libraries.Start(
            [libc], () => ChildProcess.Start(Script("stat -c %i \"$1\"; grep libc.so.6 /proc/self/maps | head -n 1 | awk '{ print $5 }'", output, libc)));
        Assert.True(SpinWait.SpinUntil(child.HasEnded, TimeSpan.FromSeconds(60)));

        string copy = Assert.Single(libraries.CopiesOf([libc]));
        string inode = Inode(copy);
        Assert.Equal($"{inode}\n{inode}\n", File.ReadAllText(output));
        Assert.NotEqual(inode, Inode(libc));
        Assert.Equal(mounts, File.ReadAllText("/proc/self/mounts"));
    }

    [Fact]
    public void An_evicted_copy_is_read_from_the_disk_by_the_next_program_though_every_process_has_the_library_mapped()
    {
        SkipWithoutNamespaces();
        string libc = MappedFiles.Of(Environment.ProcessId).Single(static file => Path.GetFileName(file) == "libc.so.6");
        using OwnLibraries libraries = new(Path.Combine(_folder.FullName, "libraries"));
        IReadOnlyList<string> copies = libraries.CopiesOf([libc]);
        PageCache.Evict(copies);
        Assert.Equal(0, PageCache.Resident(copies[0]));

        long cold = MajorFaults(libraries, libc);
        Assert.True(PageCache.Resident(copies[0]) > 0);
        long warm = MajorFaults(libraries, libc);

        Assert.True(cold > warm, $"{cold} reads with the copy evicted, {warm} without");

        PageCache.Evict([libc]);
        Assert.True(PageCache.Resident(libc) > 0);
    }

    [Fact]
    public void A_measured_program_starts_with_cold_libraries()
    {
        SkipWithoutNamespaces();
        using Measurement measurement = new();
        string faults = Path.Combine(_folder.FullName, "faults");
        File.WriteAllText(
            Path.Combine(_folder.FullName, "bootstrap"),
            $"read -r line </proc/$$/stat; echo \"$line\" >>{faults}\n{MeasurementTests.Ok}\n{MeasurementTests.Loop}");
        MeasuredProgram program = new(
            "cold", "a test's program", "", TaskKind.Loop, Trust.None, "/bin/bash", [Path.Combine(_folder.FullName, "bootstrap")], _folder.FullName);
        Assert.Empty(measurement.LibrariesOf(program));

        measurement.Measure(program, new Conditions { ColdLibraries = true });
        measurement.Measure(program, new Conditions { ColdLibraries = true });
        measurement.Measure(program, new Conditions());

        string[] copies = [.. measurement.LibrariesOf(program).Select(static copy => Path.GetFileName(copy).Split('-', 2)[1])];
        Assert.Contains("bash", copies);
        Assert.Contains("libc.so.6", copies);
        PageCache.Evict(measurement.LibrariesOf(program));
        Assert.All(measurement.LibrariesOf(program), static copy => Assert.Equal(0, PageCache.Resident(copy)));

        // The first start finds out what is mapped, the second and the third have it evicted, the last has not.
        long[] reads = [.. File.ReadLines(faults).Select(static line => ProcessCounters.ParseFaults(Encoding.ASCII.GetBytes(line)).Major)];
        Assert.Equal(4, reads.Length);
        Assert.True(Math.Min(reads[1], reads[2]) > reads[3], string.Join(", ", reads));
    }

    private static void SkipWithoutNamespaces() =>
        Assert.SkipWhen(OwnLibraries.WhyUnavailable() is not null, $"this user cannot have libraries of his own: {OwnLibraries.WhyUnavailable()}");

    private static string Inode(string path) => Repository.Ask("/", "stat", "-c", "%i", path)!;

    private long MajorFaults(OwnLibraries libraries, string path)
    {
        string output = Path.Combine(_folder.FullName, "stat");
        using ChildProcess child = libraries.Start([path], () => ChildProcess.Start(Script("read -r line </proc/$$/stat; echo \"$line\"", output, path)));
        Assert.True(SpinWait.SpinUntil(child.HasEnded, TimeSpan.FromSeconds(60)));
        return ProcessCounters.ParseFaults(File.ReadAllBytes(output)).Major;
    }

    private ChildStart Script(string script, string output, string argument) =>
        new("/bin/sh", ["-c", script, "sh", argument], _folder.FullName, new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" }, output, null);
}
