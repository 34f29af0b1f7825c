using System.Runtime.InteropServices;
using Hashee.Emulator;
using Hashee.Host.Transport;
using Hashee.Testing.Servers;

namespace Hashee.Host.Tests;

/// <summary>Alone, since the memory that is counted is the whole process's.</summary>
[CollectionDefinition(nameof(TlsMemoryTests), DisableParallelization = true)]
[Collection(nameof(TlsMemoryTests))]
public sealed unsafe partial class TlsMemoryTests : IDisposable
{
    private readonly string _bundle = Path.GetTempFileName();
    private readonly CertificateAuthority _root = CertificateAuthority.NewRoot();

    public void Dispose()
    {
        File.Delete(_bundle);
        _root.Dispose();
    }

    [Fact]
    public void Many_connections_leave_nothing_behind()
    {
        File.WriteAllText(_bundle, _root.Certificate.ExportCertificatePem());
        BundleTrust trust = new(_bundle, "a test's bundle");
        using LoopbackServer server = new(TlsScript.Over(TlsScript.Options(_root.Issue(["localhost"])), static connection => connection.Send("x")));
        Connect(server, trust, 100);

        // What leaks grows in every round, at least by a certificate (4 KB) for each connection; what .NET's server keeps does not.
        Assert.Contains(Enumerable.Range(0, 5), _ =>
        {
            ulong before = InUse();
            Connect(server, trust, 200);
            return InUse() < before + 400_000;
        });
    }

    private static void Connect(LoopbackServer server, Trust trust, int times)
    {
        Deadline deadline = Deadline.After(TimeSpan.FromMinutes(1));
        for (int i = 0; i < times; i++)
        {
            using TlsConnection connection = TlsConnection.Connect(trust.Context, new Origin(true, "localhost", server.Port), deadline);
            Assert.Equal(1, connection.Read(new byte[2], deadline));
        }
    }

    private static ulong InUse()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        MemoryInformation information = Read();
        return information.Values[4] + information.Values[7];
    }

    [LibraryImport("libc", EntryPoint = "mallinfo2")]
    private static partial MemoryInformation Read();

    /// <summary>Ten size_t: the fifth is the memory in mapped regions, the eighth what of the heap is in use.</summary>
    private struct MemoryInformation
    {
        internal fixed ulong Values[10];
    }
}
