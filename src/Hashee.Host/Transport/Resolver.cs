using System.Globalization;
using System.Runtime.InteropServices;
using Hashee.Host.Native;

namespace Hashee.Host.Transport;

/// <summary>
/// Host names by the C library, within a time limit. Its getaddrinfo knows none: silent name servers hold it up for seconds each, and once more for
/// every search domain. So it runs on a thread of the C library's own (getaddrinfo_a), which is left behind when time is up; the next call for the
/// same name goes on waiting for the same answer.
/// </summary>
internal static unsafe class Resolver
{
    private static readonly List<Question> Pending = [];

    /// <summary>How many names are being looked up by nobody any more.</summary>
    internal static int LeftBehind
    {
        get
        {
            lock (Pending)
            {
                return Pending.Count;
            }
        }
    }

    /// <summary>Numbers and localhost are resolved at once.</summary>
    internal static bool NeedsNoNameServer(Origin origin) => origin.IsLoopback || IpAddress.IsV4(origin.Host) || IpAddress.IsV6(origin.Host);

    /// <summary>Finds the addresses of a host.</summary>
    /// <returns>A list that the caller frees with <see cref="Libc.FreeAddresses"/>.</returns>
    internal static Libc.AddressInfo* Resolve(Origin origin, Deadline deadline)
    {
        return NeedsNoNameServer(origin) || deadline.PollMilliseconds < 0 ? ResolveUnbounded(origin) : ResolveInTime(origin, deadline);
    }

    /// <summary>The same as objects, for those who wait without a thread.</summary>
    internal static HostAddress[] Find(Origin origin, Deadline deadline)
    {
        Libc.AddressInfo* addresses = Resolve(origin, deadline);
        List<HostAddress> found = [];
        for (Libc.AddressInfo* address = addresses; address != null; address = address->Next)
        {
            found.Add(new HostAddress(address->Family, address->Protocol, new ReadOnlySpan<byte>(address->Address, (int)address->AddressLength).ToArray()));
        }

        Libc.FreeAddresses(addresses);
        return [.. found];
    }

    private static Libc.AddressInfo* ResolveUnbounded(Origin origin)
    {
        Span<byte> host = stackalloc byte[NullTerminated.Size(origin.Host)];
        NullTerminated.Write(origin.Host, host);
        Span<byte> port = stackalloc byte[Question.LongestPort];
        NullTerminated.Write(origin.Port.ToString(CultureInfo.InvariantCulture), port);
        Libc.AddressInfo hints = new() { SocketType = Libc.StreamSocket };
        Libc.AddressInfo* addresses;
        fixed (byte* hostStart = host, portStart = port)
        {
            int error = Libc.GetAddresses(hostStart, portStart, &hints, &addresses);
            return error == 0 ? addresses : throw Failure(origin, error);
        }
    }

    private static Libc.AddressInfo* ResolveInTime(Origin origin, Deadline deadline)
    {
        Question question = TakePending(origin) ?? Question.Ask(origin);
        if (!question.Wait(deadline))
        {
            lock (Pending)
            {
                Pending.Add(question);
            }

            throw new TransportException($"resolving {origin.Host} failed: the time limit was reached");
        }

        int error = question.Finish(out Libc.AddressInfo* addresses);
        return error == 0 ? addresses : throw Failure(origin, error);
    }

    /// <summary>The question that was left behind for the same origin, if it is still open; those that were answered meanwhile are dropped.</summary>
    private static Question? TakePending(Origin origin)
    {
        Question? same = null;
        lock (Pending)
        {
            for (int i = Pending.Count - 1; i >= 0; i--)
            {
                Question question = Pending[i];
                if (!question.IsOpen)
                {
                    Libc.FreeAddresses(question.Finish(out Libc.AddressInfo* late) == 0 ? late : null);
                    Pending.RemoveAt(i);
                }
                else if (same is null && question.Origin == origin)
                {
                    same = question;
                    Pending.RemoveAt(i);
                }
            }
        }

        return same;
    }

    private static TransportException Failure(Origin origin, int error) =>
        new($"resolving {origin.Host} failed: {NullTerminated.ReadString(Libc.DescribeAddressError(error))}");

    /// <summary>A name that the C library looks up. Everything it reads and writes lies in one block, which lives as long as it may do so.</summary>
    private sealed class Question
    {
        internal const int LongestPort = 6;

        private readonly Libc.AddressQuestion* _question;

        private Question(Origin origin, Libc.AddressQuestion* question)
        {
            Origin = origin;
            _question = question;
        }

        internal Origin Origin { get; }

        internal bool IsOpen => Libc.StateOf(_question) == Libc.AddressInProgress;

        internal static Question Ask(Origin origin)
        {
            int hostSize = NullTerminated.Size(origin.Host);
            int fixedSize = sizeof(Libc.AddressQuestion) + sizeof(Libc.AddressInfo);
            byte* block = (byte*)NativeMemory.AllocZeroed((nuint)(fixedSize + hostSize + LongestPort));
            Libc.AddressQuestion* question = (Libc.AddressQuestion*)block;
            Libc.AddressInfo* hints = (Libc.AddressInfo*)(question + 1);
            hints->SocketType = Libc.StreamSocket;
            byte* host = block + fixedSize;
            NullTerminated.Write(origin.Host, new Span<byte>(host, hostSize));
            NullTerminated.Write(origin.Port.ToString(CultureInfo.InvariantCulture), new Span<byte>(host + hostSize, LongestPort));
            question->Name = host;
            question->Service = host + hostSize;
            question->Hints = hints;
            int error = Libc.AskForAddresses(Libc.DoNotWaitForAddresses, &question, 1, null);
            if (error != 0)
            {
                NativeMemory.Free(block);
                throw Failure(origin, error);
            }

            return new Question(origin, question);
        }

        /// <returns>False when the deadline passed before there was an answer.</returns>
        internal bool Wait(Deadline deadline)
        {
            Libc.AddressQuestion* question = _question;
            while (IsOpen)
            {
                if (deadline.HasPassed)
                {
                    return false;
                }

                long ticks = deadline.Remaining.Ticks;
                Libc.TimeSpecification time = new()
                {
                    Seconds = ticks / TimeSpan.TicksPerSecond,
                    Nanoseconds = ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick,
                };
                _ = Libc.WaitForAddresses(&question, 1, &time);
            }

            return true;
        }

        /// <summary>Takes the answer that has come.</summary>
        /// <returns>An error of getaddrinfo, or 0.</returns>
        internal int Finish(out Libc.AddressInfo* addresses)
        {
            int error = Libc.StateOf(_question);
            addresses = _question->Result;
            NativeMemory.Free(_question);
            return error;
        }
    }
}
