using System.Globalization;
using System.Runtime.InteropServices;
using Hashee.Benchmarks.ColdStart;
using Hashee.Benchmarks.ColdStart.Native;

namespace Hashee.Benchmarks.Tests;

public sealed class ProcessTests : IDisposable
{
    // Not in the temporary folder: many file systems for such keep their files in memory, where nothing can be evicted.
    private readonly DirectoryInfo _folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, $"process-{Guid.NewGuid():N}"));

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_child_has_the_environment_the_folder_and_the_arguments_it_was_given_and_no_others()
    {
        string output = Run("pwd; env | grep -v -e ^PWD= -e ^_= -e ^SHLVL=; echo \"$@\"", "a b", "c");

        Assert.Equal($"{_folder.FullName}\nNAME=välue with spaces\na b c\n", output);
    }

    [Fact]
    public void Errors_go_where_the_output_goes() => Assert.Equal("one\ntwo\n", Run("echo one; echo two >&2"));

    [Fact]
    public void A_child_dies_of_a_broken_pipe_as_it_does_on_Lambda()
    {
        const ulong brokenPipe = 1UL << (13 - 1);

        string ignored = Run("sed -n 's/^SigIgn:[[:space:]]*//p' /proc/self/status");

        Assert.Equal(0UL, ulong.Parse(ignored.Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) & brokenPipe);
    }

    [Fact]
    public void What_is_left_of_a_child_and_its_children_is_killed()
    {
        string pids = Path.Combine(_folder.FullName, "pids");
        using (ChildProcess child = ChildProcess.Start(Script($"sleep 600 & echo $! >{pids}; wait")))
        {
            SpinWait.SpinUntil(() => File.Exists(pids) && File.ReadAllText(pids).EndsWith('\n'), TimeSpan.FromSeconds(60));
            Assert.False(child.HasEnded());
        }

        string grandchild = $"/proc/{File.ReadAllText(pids).Trim()}/stat";
        Assert.True(SpinWait.SpinUntil(
            () => !File.Exists(grandchild) || File.ReadAllText(grandchild).Contains(") Z ", StringComparison.Ordinal), TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public unsafe void A_signal_ends_neither_a_read_nor_a_wait()
    {
        // A handler without SA_RESTART: system calls end with EINTR. abs() is one that does nothing.
        using Signals.Handled handled = Signals.Handle(Signals.User2, NativeLibrary.GetExport(NativeLibrary.Load("libc.so.6"), "abs"));
        int* pipe = stackalloc int[2];
        Assert.Equal(0, Libc.pipe2(pipe, Libc.CloseOnExec));
        int end = pipe[0];
        Assert.Equal("", Repository.Ask(_folder.FullName, "mkfifo", "go"));
        using ChildProcess child = ChildProcess.Start(Script("read -r line <go"));

        nint count = 0;
        int reaped = 0;
        using Signals.Interrupted reader = Signals.Interrupt(Signals.User2, () =>
        {
            byte one;
            count = Libc.Read(end, &one, 1);
        });
        byte sent = 1;
        Assert.Equal(1, Libc.Write(pipe[1], &sent, 1));
        reader.Join();
        using Signals.Interrupted waiter = Signals.Interrupt(Signals.User2, () => reaped = Libc.WaitFor(child.Pid, 0));
        Assert.Equal("", Repository.Ask(_folder.FullName, "sh", "-c", "echo >go"));
        waiter.Join();

        Assert.Equal(1, count);
        Assert.Equal(child.Pid, reaped);
        _ = Libc.close(pipe[0]);
        _ = Libc.close(pipe[1]);
    }

    [Fact]
    public void A_program_that_is_not_there_is_named()
    {
        ChildStart start = new("/no/such/program", [], "/", new Dictionary<string, string>(), "/dev/null", null);

        Exception failure = Assert.ThrowsAny<Exception>(() => ChildProcess.Start(start));

        Assert.Equal("cannot start a process: /no/such/program: No such file or directory", failure.Message);
    }

    [Fact]
    public void Faults_are_read_whatever_the_programs_name_contains()
    {
        ReadOnlySpan<byte> stat = "42 (a) b ( 1 2) S 1 42 42 0 -1 4194560 111 222 33 444 1 2 3 4 20 0 1 0 100 200 300"u8;

        Assert.Equal((111, 33), ProcessCounters.ParseFaults(stat));
    }

    [Fact]
    public void The_peak_is_read_and_is_zero_without_memory()
    {
        Assert.Equal(3140, ProcessCounters.ParsePeak("Name:\tx\nVmPeak:\t  9000 kB\nVmHWM:\t    3140 kB\nVmRSS:\t 3000 kB\n"u8));
        Assert.Equal(0, ProcessCounters.ParsePeak("Name:\tx\nState:\tZ (zombie)\n"u8));
    }

    [Fact]
    public void A_peak_has_no_difference_and_counts_have_one() =>
        Assert.Equal(new ProcessCounters(2.5, 30, 700), new ProcessCounters(4, 50, 700).Since(new ProcessCounters(1.5, 20, 600)));

    [Fact]
    public void A_process_that_has_ended_cannot_be_read()
    {
        ChildProcess child = ChildProcess.Start(Script("exit 0"));
        child.Dispose();

        Assert.Throws<IOException>(() => ProcessCounters.Read(child.Pid));
    }

    [Fact]
    public void An_evicted_file_is_not_in_memory_until_it_is_read_again()
    {
        string path = Path.Combine(_folder.FullName, "file");
        File.WriteAllBytes(path, new byte[100_000]);
        Assert.True(PageCache.Resident(path) >= 100_000);

        PageCache.Evict([path]);
        Assert.Equal(0, PageCache.Resident(path));

        File.ReadAllBytes(path);
        Assert.True(PageCache.Resident(path) >= 100_000);
    }

    [Theory]
    [InlineData(128, 1447)]
    [InlineData(512, 5788)]
    [InlineData(1769, 20_000)]
    [InlineData(3008, 34_007)]
    public void A_memory_sizes_share_is_in_proportion_to_1769_megabytes(int megabytes, long microseconds) =>
        Assert.Equal(microseconds, CpuShare.Quota(megabytes));

    [Theory]
    [InlineData(true, "cgroup.procs cpu.max", "5788 20000")]
    [InlineData(false, "cgroup.procs cpu.cfs_period_us cpu.cfs_quota_us", "20000 5788")]
    public void A_child_starts_in_its_group_which_is_limited_then_and_goes_with_it(bool isUnified, string files, string limit)
    {
        // To the kernel such files are orders; a folder that is none of its own keeps them.
        string folder;
        using (CpuShare share = CpuShare.CreateIn(_folder.FullName, isUnified))
        {
            folder = share.Folder;
            using ChildProcess child = ChildProcess.StartInGroup(Script("cat \"$1\"/cgroup.procs", folder), folder);
            SpinWait.SpinUntil(child.HasEnded, TimeSpan.FromSeconds(60));
            share.Limit(512);

            Assert.Equal("0\n", File.ReadAllText(Output));
            Assert.True(child.Before.PageFaults > 0);
            string[] written = [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal)];
            Assert.Equal(files, string.Join(' ', written.Select(Path.GetFileName)));
            Assert.Equal(limit, string.Join(' ', written.Skip(1).Select(File.ReadAllText)));
            Array.ForEach(written, File.Delete);
        }

        Assert.False(Directory.Exists(folder));
    }

    private string Output => Path.Combine(_folder.FullName, "output");

    private ChildStart Script(string script, params string[] arguments) => new(
        "/bin/sh", ["-c", script, "sh", .. arguments], _folder.FullName, new Dictionary<string, string> { ["NAME"] = "välue with spaces" }, Output, null);

    private string Run(string script, params string[] arguments)
    {
        using ChildProcess child = ChildProcess.Start(Script(script, arguments));
        Assert.True(SpinWait.SpinUntil(child.HasEnded, TimeSpan.FromSeconds(60)));
        return File.ReadAllText(Output);
    }
}
