using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hashee.Host.Native;

namespace Hashee.Host.Transport;

/// <summary>One thread that waits for all sockets that somebody waits for asynchronously (epoll(7)). It starts with the first of them.</summary>
internal static class Poller
{
    private const int Stack = 256 * 1024;
    private const int MostEvents = 64;
    private const ulong WakeUp = 0;
    private const int NoSet = -1;

    /// <summary>struct epoll_event is packed on x86-64 only.</summary>
    private static readonly int EntrySize = IsPacked ? 12 : 16;

    private static readonly Lock Gate = new();
    private static readonly Dictionary<ulong, Wait> Waits = [];
    private static ulong _last;
    private static int _set = NoSet;
    private static int _wakeUp;
    private static Deadline _nearest = Deadline.Never;

    private enum Outcome
    {
        None,
        Ready,
        TimeIsUp,
        Cancelled,
    }

    private static bool IsPacked => RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>Starts the thread ahead of the first wait; one that cannot be started will say so then.</summary>
    internal static void Prepare()
    {
        lock (Gate)
        {
            try
            {
                if (_set == NoSet)
                {
                    Start();
                }
            }
            catch (TransportException)
            {
            }
        }
    }

    /// <summary>Waits until a socket is ready.</summary>
    /// <exception cref="TransportException">It was not in time.</exception>
    /// <exception cref="OperationCanceledException">The limit's token was cancelled.</exception>
    internal static async ValueTask WaitAsync(int descriptor, short events, string action, TimeLimit limit)
    {
        Check(action, limit);
        Wait wait = new(limit.Deadline);
        Begin(wait, descriptor, events);
        Outcome outcome;
        using (limit.Token.UnsafeRegister(static waiting => ((Wait)waiting!).End(Outcome.Cancelled), wait))
        {
            outcome = await wait.Task.ConfigureAwait(false);
        }

        if (outcome == Outcome.Cancelled)
        {
            throw new OperationCanceledException(limit.Token);
        }

        if (outcome != Outcome.Ready)
        {
            throw new TransportException($"{action}: {Connection.TimeLimitReached}");
        }
    }

    /// <summary>Throws when nothing more may be begun.</summary>
    internal static void Check(string action, TimeLimit limit)
    {
        limit.Token.ThrowIfCancellationRequested();
        if (limit.Deadline.HasPassed)
        {
            throw new TransportException($"{action}: {Connection.TimeLimitReached}");
        }
    }

    private static unsafe void Begin(Wait wait, int descriptor, short events)
    {
        lock (Gate)
        {
            if (_set == NoSet)
            {
                Start();
            }

            wait.Id = ++_last;
            Waits.Add(wait.Id, wait);
            if (!TryControl(Libc.ChangeInSet, descriptor, (ushort)events | Libc.Once, wait.Id) &&
                !TryControl(Libc.AddToSet, descriptor, (ushort)events | Libc.Once, wait.Id))
            {
                Waits.Remove(wait.Id);
                throw new TransportException($"epoll failed: {Marshal.GetLastPInvokeErrorMessage()}");
            }

            if (wait.Deadline.IsBefore(_nearest))
            {
                _nearest = wait.Deadline;
                ulong one = 1;
                _ = Libc.Write(_wakeUp, (byte*)&one, sizeof(ulong));
            }
        }
    }

    private static void Start()
    {
        _wakeUp = Libc.NewEvent(0, Libc.CloseSetOnExec | Libc.NonBlocking);
        int set = _wakeUp < 0 ? NoSet : Libc.NewSet(Libc.CloseSetOnExec);
        if (set < 0)
        {
            string reason = Marshal.GetLastPInvokeErrorMessage();
            _ = Libc.Close(_wakeUp);
            throw new TransportException($"epoll failed: {reason}");
        }

        _set = set;
        _ = TryControl(Libc.AddToSet, _wakeUp, (uint)Libc.Readable, WakeUp);
        new Thread(Run, Stack) { IsBackground = true, Name = "Poller" }.Start();
    }

    private static unsafe bool TryControl(int operation, int descriptor, uint events, ulong id)
    {
        byte* entry = stackalloc byte[16];
        Unsafe.WriteUnaligned(entry, events);
        Unsafe.WriteUnaligned(entry + EntrySize - sizeof(ulong), id);
        return Libc.ControlSet(_set, operation, descriptor, entry) == 0;
    }

    private static unsafe void Run()
    {
        byte* entries = stackalloc byte[MostEvents * 16];
        while (true)
        {
            int count = Libc.WaitForSet(_set, entries, MostEvents, NextDeadline().PollMilliseconds);
            for (int i = 0; i < count; i++)
            {
                ulong id = Unsafe.ReadUnaligned<ulong>(entries + ((i + 1) * EntrySize) - sizeof(ulong));
                if (id == WakeUp)
                {
                    ulong value;
                    _ = Libc.Read(_wakeUp, (byte*)&value, sizeof(ulong));
                }
                else
                {
                    Take(id)?.End(Outcome.Ready);
                }
            }

            EndThoseThatAreLate();
        }
    }

    private static Wait? Take(ulong id)
    {
        lock (Gate)
        {
            Waits.Remove(id, out Wait? wait);
            return wait;
        }
    }

    private static Deadline NextDeadline()
    {
        lock (Gate)
        {
            _nearest = Deadline.Never;
            foreach (Wait wait in Waits.Values)
            {
                _nearest = _nearest.OrEarlier(wait.Deadline);
            }

            return _nearest;
        }
    }

    private static void EndThoseThatAreLate()
    {
        List<Wait>? late = null;
        lock (Gate)
        {
            foreach (Wait wait in Waits.Values)
            {
                if (wait.Deadline.HasPassed)
                {
                    (late ??= []).Add(wait);
                }
            }
        }

        late?.ForEach(static wait => wait.End(Outcome.TimeIsUp));
    }

    /// <summary>Its owner closes the socket when it ended otherwise than ready, and with that the kernel forgets it.</summary>
    private sealed class Wait(Deadline deadline)
    {
        private readonly TaskCompletionSource<Outcome> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal ulong Id { get; set; }

        internal Deadline Deadline => deadline;

        internal Task<Outcome> Task => _ended.Task;

        internal void End(Outcome outcome)
        {
            Take(Id);
            _ended.TrySetResult(outcome);
        }
    }
}
