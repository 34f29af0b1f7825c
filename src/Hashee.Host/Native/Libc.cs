using System.Runtime.InteropServices;

namespace Hashee.Host.Native;

/// <summary>The few calls of the C library that the runtime stands on (Linux, 64 bit: x86-64 and arm64 share these values).</summary>
internal static unsafe partial class Libc
{
    internal const int InterruptedCall = 4;
    internal const int TryAgain = 11;
    internal const int InProgress = 115;

    internal const int StreamSocket = 1;
    internal const int DatagramSocket = 2;
    internal const int NonBlocking = 0x800;
    internal const int CloseOnExec = 0x80000;
    internal const int SocketLevel = 1;
    internal const int SocketError = 4;
    internal const int TcpLevel = 6;
    internal const int TcpNoDelay = 1;
    internal const int NoSignal = 0x4000;
    internal const int Peek = 2;
    internal const int DoNotWait = 0x40;

    /// <summary>SHUT_RDWR.</summary>
    internal const int BothDirections = 2;

    internal const short Readable = 1;
    internal const short Writable = 4;

    internal const int AddToSet = 1;
    internal const int ChangeInSet = 3;
    internal const int NoSuchEntry = 2;

    /// <summary>EPOLLONESHOT.</summary>
    internal const uint Once = 1u << 30;

    /// <summary>EPOLL_CLOEXEC; also of eventfd(2).</summary>
    internal const int CloseSetOnExec = 0x80000;

    /// <summary>EAI_INPROGRESS.</summary>
    internal const int AddressInProgress = -100;

    /// <summary>GAI_NOWAIT.</summary>
    internal const int DoNotWaitForAddresses = 1;

    internal const int InternetV4 = 2;
    internal const int InternetV6 = 10;

    [LibraryImport("libc", EntryPoint = "getenv")]
    internal static partial byte* GetEnvironment(byte* name);

    [LibraryImport("libc", EntryPoint = "setenv")]
    internal static partial int SetEnvironment(byte* name, byte* value, int overwrite);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "close")]
    internal static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    internal static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    internal static partial int Connect(int descriptor, void* address, uint length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    internal static partial int GetSocketOption(int descriptor, int level, int name, int* value, uint* length);

    [LibraryImport("libc", EntryPoint = "setsockopt")]
    internal static partial int SetSocketOption(int descriptor, int level, int name, int* value, uint length);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    internal static partial nint Send(int descriptor, byte* buffer, nuint count, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    internal static partial nint Receive(int descriptor, byte* buffer, nuint count, int flags);

    [LibraryImport("libc", EntryPoint = "shutdown")]
    internal static partial int ShutDown(int descriptor, int directions);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    internal static partial int NewSet(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    internal static partial int ControlSet(int set, int operation, int descriptor, byte* entry);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    internal static partial int WaitForSet(int set, byte* entries, int count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    internal static partial int NewEvent(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "getaddrinfo")]
    internal static partial int GetAddresses(byte* host, byte* service, AddressInfo* hints, AddressInfo** addresses);

    [LibraryImport("libc", EntryPoint = "getaddrinfo_a")]
    internal static partial int AskForAddresses(int mode, AddressQuestion** questions, int count, void* notification);

    [LibraryImport("libc", EntryPoint = "gai_suspend")]
    internal static partial int WaitForAddresses(AddressQuestion** questions, int count, TimeSpecification* time);

    [LibraryImport("libc", EntryPoint = "gai_error")]
    internal static partial int StateOf(AddressQuestion* question);

    [LibraryImport("libc", EntryPoint = "freeaddrinfo")]
    internal static partial void FreeAddresses(AddressInfo* addresses);

    [LibraryImport("libc", EntryPoint = "gai_strerror")]
    internal static partial byte* DescribeAddressError(int error);

    [LibraryImport("libc", EntryPoint = "inet_pton")]
    internal static partial int ParseAddress(int family, byte* text, void* address);

    /// <summary>struct pollfd.</summary>
    internal struct PollEntry
    {
        internal int Descriptor;
        internal short Events;
        internal short Returned;
    }

    /// <summary>struct addrinfo of glibc.</summary>
    internal struct AddressInfo
    {
        internal int Flags;
        internal int Family;
        internal int SocketType;
        internal int Protocol;
        internal uint AddressLength;
        internal void* Address;
        internal byte* CanonicalName;
        internal AddressInfo* Next;
    }

    /// <summary>struct gaicb of glibc.</summary>
    internal struct AddressQuestion
    {
        internal byte* Name;
        internal byte* Service;
        internal AddressInfo* Hints;
        internal AddressInfo* Result;
        internal int State;
        internal fixed int Reserved[5];
    }

    /// <summary>struct timespec.</summary>
    internal struct TimeSpecification
    {
        internal long Seconds;
        internal long Nanoseconds;
    }
}
