using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Hashee.Host.Native;
using Hashee.Host.Transport;
using Hashee.Testing.Servers;

namespace Hashee.Host.Tests;

public unsafe class TcpConnectionTests
{
    private static readonly Origin SomeOrigin = new(false, "several.example", 80);

    [Fact]
    public void Every_address_of_a_host_is_tried_in_turn()
    {
        using LoopbackServer server = new(Greet);

        using TcpConnection connection = Connect([UnusedPort(), UnusedPort(), server.Port], Deadline.After(TimeSpan.FromMinutes(1)));

        Assert.Equal(1, connection.Read(new byte[1], Deadline.Never));
    }

    [Fact]
    public void An_address_that_does_not_answer_leaves_time_for_the_next()
    {
        using TcpListener full = new(IPAddress.Loopback, 0);
        full.Start(backlog: 1);
        int port = ((IPEndPoint)full.LocalEndpoint).Port;
        Socket[] waiting = FillBacklog(port);
        using LoopbackServer server = new(Greet);

        Deadline deadline = Deadline.After(TimeSpan.FromSeconds(2));

        using TcpConnection connection = Connect([port, server.Port], deadline);

        Assert.False(deadline.HasPassed);
        Assert.Equal(1, connection.Read(new byte[1], Deadline.Never));
        Array.ForEach(waiting, client => client.Dispose());
    }

    [Fact]
    public void The_failure_of_the_last_address_is_told()
    {
        TransportException failure = Assert.Throws<TransportException>(() => Connect([UnusedPort(), UnusedPort()], Deadline.Never));

        Assert.Equal("connecting to several.example failed: Connection refused", failure.Message);
    }

    private static void Greet(ServerConnection connection) => connection.Send("x");

    /// <summary>Connects until a listener with a backlog of one answers no more.</summary>
    private static Socket[] FillBacklog(int port) =>
    [
        .. Enumerable.Range(0, 4).Select(_ =>
        {
            Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            Assert.Throws<SocketException>(() => client.Connect(IPAddress.Loopback, port));
            return client;
        }),
    ];

    private static int UnusedPort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Connects to a list of loopback addresses as getaddrinfo would return it.</summary>
    private static TcpConnection Connect(int[] ports, Deadline deadline)
    {
        const int AddressLength = 16;
        nuint size = (nuint)(ports.Length * (sizeof(Libc.AddressInfo) + AddressLength));
        Libc.AddressInfo* list = (Libc.AddressInfo*)NativeMemory.AllocZeroed(size);
        try
        {
            byte* address = (byte*)(list + ports.Length);
            for (int i = 0; i < ports.Length; i++, address += AddressLength)
            {
                // struct sockaddr_in: the family as the machine has it, port and address in network order.
                *(short*)address = Libc.InternetV4;
                BinaryPrimitives.WriteUInt16BigEndian(new Span<byte>(address + 2, 2), (ushort)ports[i]);
                IPAddress.Loopback.TryWriteBytes(new Span<byte>(address + 4, 4), out _);
                list[i].Family = Libc.InternetV4;
                list[i].SocketType = Libc.StreamSocket;
                list[i].AddressLength = AddressLength;
                list[i].Address = address;
                list[i].Next = i + 1 < ports.Length ? list + i + 1 : null;
            }

            return TcpConnection.Connect(list, SomeOrigin, deadline);
        }
        finally
        {
            NativeMemory.Free(list);
        }
    }
}
