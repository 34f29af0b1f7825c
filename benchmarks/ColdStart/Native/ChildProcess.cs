using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Hashee.Benchmarks.ColdStart.Native;

/// <summary>
/// A measured process, started by <c>posix_spawn</c>: it shares this process's memory until it executes, so the start costs the same
/// 0.1 ms however large this process has grown, and nothing but a system call lies between the clock and exec.
/// </summary>
internal sealed unsafe class ChildProcess : IDisposable
{
    private const int OpaqueSize = 1024;
    private bool _reaped;

    private ChildProcess(int pid, long startedAt, ProcessCounters before)
    {
        Pid = pid;
        StartedAt = startedAt;
        Before = before;
    }

    public int Pid { get; }

    /// <summary>The time stamp taken right before exec.</summary>
    public long StartedAt { get; }

    /// <summary>What had been counted for the process when the clock started.</summary>
    public ProcessCounters Before { get; }

    /// <summary>Starts a program.</summary>
    /// <param name="start">What to execute.</param>
    public static ChildProcess Start(ChildStart start)
    {
        using NativeStrings arguments = new([start.Executable, .. start.Arguments]);
        using NativeStrings environment = new(start.Environment.Select(static pair => $"{pair.Key}={pair.Value}"));
        (int pid, long startedAt) = Spawn(start, arguments, environment, null);
        return new ChildProcess(pid, startedAt, default);
    }

    /// <summary>
    /// Starts a program in a control group. Moving a process into one takes the kernel milliseconds, so a shell is moved first, says that
    /// it is ready, and executes the program when it is told to: the clock starts then.
    /// </summary>
    /// <param name="start">What to execute.</param>
    /// <param name="group">The control group's folder.</param>
    public static ChildProcess StartInGroup(ChildStart start, string group)
    {
        const string script = "echo 0 >\"$0/cgroup.procs\" && echo >&3 && read -r go && exec 3>&- \"$@\"";
        using NativeStrings arguments = new(["/bin/sh", "-c", script, group, start.Executable, .. start.Arguments]);
        using NativeStrings environment = new(start.Environment.Select(static pair => $"{pair.Key}={pair.Value}"));
        int* ready = stackalloc int[2];
        int* go = stackalloc int[2];
        (ready[0], ready[1], go[0], go[1]) = (-1, -1, -1, -1);
        try
        {
            Open(ready);
            Open(go);
            (int pid, _) = Spawn(start, arguments, environment, new Handshake(go[0], ready[1]));
            _ = Libc.close(ready[1]);
            ready[1] = -1;
            byte line;
            if (Libc.Read(ready[0], &line, 1) != 1)
            {
                using ChildProcess failed = new(pid, 0, default);
                throw new IOException($"no process can be moved into the control group {group}");
            }

            ProcessCounters before = ProcessCounters.Read(pid);
            line = (byte)'\n';
            long startedAt = Stopwatch.GetTimestamp();
            if (Libc.Write(go[1], &line, 1) != 1)
            {
                using ChildProcess failed = new(pid, 0, default);
                throw new IOException($"the process in the control group {group} has ended before its start");
            }

            return new ChildProcess(pid, startedAt, before);
        }
        finally
        {
            foreach (int end in (ReadOnlySpan<int>)[ready[0], ready[1], go[0], go[1]])
            {
                if (end >= 0)
                {
                    _ = Libc.close(end);
                }
            }
        }
    }

    /// <summary>Whether it has ended by itself.</summary>
    public bool HasEnded()
    {
        _reaped = _reaped || Libc.WaitFor(Pid, Libc.DoNotHang) == Pid;
        return _reaped;
    }

    /// <summary>Kills what is left of it, its children included, and waits for its end.</summary>
    public void Dispose()
    {
        if (_reaped)
        {
            return;
        }

        _ = Libc.kill(-Pid, Libc.SignalKill);
        _ = Libc.WaitFor(Pid, 0);
        _reaped = true;
    }

    private static (int Pid, long StartedAt) Spawn(ChildStart start, NativeStrings arguments, NativeStrings environment, Handshake? handshake)
    {
        // glibc and musl keep these structures under 400 bytes.
        byte* actions = stackalloc byte[OpaqueSize];
        byte* attributes = stackalloc byte[OpaqueSize];
        byte* signals = stackalloc byte[128];
        Check(Libc.posix_spawn_file_actions_init(actions), nameof(Libc.posix_spawn_file_actions_init));
        Check(Libc.posix_spawnattr_init(attributes), nameof(Libc.posix_spawnattr_init));
        try
        {
            Check(Libc.posix_spawn_file_actions_addchdir_np(actions, start.WorkingDirectory), "chdir");
            if (handshake is { } pipes)
            {
                Check(Libc.posix_spawn_file_actions_adddup2(actions, pipes.Go, 0), "dup2");
                Check(Libc.posix_spawn_file_actions_adddup2(actions, pipes.Ready, 3), "dup2");
            }
            else
            {
                Check(Libc.posix_spawn_file_actions_addopen(actions, 0, "/dev/null", Libc.ReadOnly, 0), "open");
            }

            Check(Libc.posix_spawn_file_actions_addopen(actions, 1, start.OutputPath, Libc.WriteCreateTruncate, 0x180), "open");
            Check(Libc.posix_spawn_file_actions_adddup2(actions, 1, 2), "dup2");

            // .NET ignores SIGPIPE, and an ignored signal stays ignored across exec.
            _ = Libc.sigemptyset(signals);
            _ = Libc.sigaddset(signals, Libc.SignalPipe);
            Check(Libc.posix_spawnattr_setsigdefault(attributes, signals), nameof(Libc.posix_spawnattr_setsigdefault));
            Check(Libc.posix_spawnattr_setflags(attributes, Libc.ProcessGroup | Libc.DefaultSignals), nameof(Libc.posix_spawnattr_setflags));

            int pid;
            int error;
            long startedAt;
            using (start.Processor is { } processor ? Affinity.Of(processor) : null)
            {
                startedAt = Stopwatch.GetTimestamp();
                error = Libc.posix_spawn(out pid, arguments[0], actions, attributes, arguments.Pointer, environment.Pointer);
            }

            Check(error, start.Executable);
            return (pid, startedAt);
        }
        finally
        {
            _ = Libc.posix_spawn_file_actions_destroy(actions);
            _ = Libc.posix_spawnattr_destroy(attributes);
        }
    }

    private static void Open(int* pipe) => Check(Libc.pipe2(pipe, Libc.CloseOnExec) == 0 ? 0 : Marshal.GetLastPInvokeError(), nameof(Libc.pipe2));

    private static void Check(int error, string what)
    {
        if (error != 0)
        {
            throw new Win32Exception(error, $"cannot start a process: {what}: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    private readonly record struct Handshake(int Go, int Ready);

    /// <summary>A null-terminated array of null-terminated UTF-8 strings.</summary>
    private sealed class NativeStrings : IDisposable
    {
        private readonly int _count;

        public NativeStrings(IEnumerable<string> strings)
        {
            byte[][] texts = [.. strings.Select(static text => Encoding.UTF8.GetBytes(text + '\0'))];
            _count = texts.Length;
            Pointer = (byte**)NativeMemory.AllocZeroed((nuint)(_count + 1), (nuint)sizeof(byte*));
            for (int i = 0; i < _count; i++)
            {
                Pointer[i] = (byte*)NativeMemory.Alloc((nuint)texts[i].Length);
                texts[i].CopyTo(new Span<byte>(Pointer[i], texts[i].Length));
            }
        }

        public byte** Pointer { get; }

        public byte* this[int index] => Pointer[index];

        public void Dispose()
        {
            for (int i = 0; i < _count; i++)
            {
                NativeMemory.Free(Pointer[i]);
            }

            NativeMemory.Free(Pointer);
        }
    }
}
