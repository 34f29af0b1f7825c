using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Hashee.EndToEnd.Tests;

/// <summary>What <see cref="OrphanTests"/> waits with.</summary>
public partial class ObservedProcessTests
{
    private const int Signals = 20;
    private const int ChildEnded = 17; // SIGCHLD, which .NET handles

    private static readonly bool IsX64 = RuntimeInformation.ProcessArchitecture == Architecture.X64; // system calls have other numbers elsewhere

    [Fact]
    public async Task A_signal_does_not_end_the_wait_for_a_process()
    {
        using Process process = Process.Start("sleep", "600");
        using ObservedProcess observed = new(process.Id);
        TaskCompletionSource<int> thread = new();
        Task<bool> ended = Task.Factory.StartNew(
            () =>
            {
                thread.SetResult((int)SystemCall(IsX64 ? 186 : 178, 0, 0, 0));
                return observed.WaitForExit(TimeSpan.FromMinutes(1));
            },
            TaskCreationOptions.LongRunning);

        for (int i = 0; i < Signals && !ended.IsCompleted; i++)
        {
            await SleepingAsync(await thread.Task, ended);
            Kill(await thread.Task);
        }

        Assert.False(ended.IsCompleted);
        process.Kill();
        Assert.True(await ended);
    }

    [Fact]
    public void A_process_that_still_runs_when_the_time_is_over_is_told_from_one_that_has_ended()
    {
        using Process process = Process.Start("sleep", "600");
        using ObservedProcess observed = new(process.Id);

        Assert.False(observed.WaitForExit(TimeSpan.FromMilliseconds(1)));
        process.Kill();
        Assert.True(observed.WaitForExit(TimeSpan.FromMinutes(1)));
        Assert.True(observed.WaitForExit(TimeSpan.Zero));
    }

    /// <summary>Waits until a thread waits in the kernel, as its state in /proc says.</summary>
    private static async Task SleepingAsync(int thread, Task<bool> ended)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"/proc/self/task/{thread}/stat");
        while (!ended.IsCompleted)
        {
            string status = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
            if (status[status.LastIndexOf(')') + 2] == 'S')
            {
                return;
            }
        }
    }

    /// <summary>Sends the signal to one thread (tgkill(2)).</summary>
    private static void Kill(int thread)
    {
        Assert.Equal(0, SystemCall(IsX64 ? 234 : 131, Environment.ProcessId, thread, ChildEnded));
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint first, nint second, nint third);
}
