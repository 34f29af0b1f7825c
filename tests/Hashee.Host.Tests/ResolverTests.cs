using Hashee.Host.Native;
using Hashee.Host.Transport;
using Hashee.Testing.Servers;

namespace Hashee.Host.Tests;

public sealed unsafe class ResolverTests
{
    private static readonly Origin SomeOrigin = new(true, "sqs.eu-west-1.amazonaws.com", 443);

    [Fact]
    public void Three_silent_name_servers_hold_up_nobody_beyond_his_deadline_and_their_late_answer_is_used()
    {
        using NameServers servers = new();
        servers.Run(() =>
        {
            for (int i = 0; i < 2; i++)
            {
                TransportException failure = Assert.Throws<TransportException>(() => Find(Deadline.After(TimeSpan.FromMilliseconds(100))));

                Assert.Equal("resolving sqs.eu-west-1.amazonaws.com failed: the time limit was reached", failure.Message);
                Assert.Equal(1, Resolver.LeftBehind);
            }

            servers.BeginToAnswer(knowsNames: true);

            Assert.Equal(1, Find(Deadline.After(TimeSpan.FromMinutes(1))));
            Assert.Equal(0, Resolver.LeftBehind);
        });
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("localhost")]
    [InlineData("192.0.2.1")]
    public void What_is_no_name_needs_no_name_server(string host) =>
        Libc.FreeAddresses(Resolver.Resolve(new Origin(false, host, 80), Deadline.After(TimeSpan.FromMinutes(1))));

    /// <returns>The number of addresses.</returns>
    private static int Find(Deadline deadline)
    {
        Libc.AddressInfo* addresses = Resolver.Resolve(SomeOrigin, deadline);
        int count = 0;
        for (Libc.AddressInfo* address = addresses; address != null; address = address->Next)
        {
            count++;
        }

        Libc.FreeAddresses(addresses);
        return count;
    }
}
