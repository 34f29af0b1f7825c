using System.Runtime.InteropServices;
using Hashee.Lambda.Native;
using Hashee.Lambda.Tests.Servers;
using Hashee.Lambda.Transport;

namespace Hashee.Lambda.Tests;

public unsafe partial class TlsContextTests
{
    [Fact]
    public void Without_a_bundle_the_five_roots_of_Amazon_are_trusted()
    {
        using TlsContext context = TlsContext.Create(certificateBundle: null);

        Assert.Equal(5, CountTrusted(context));
    }

    [Fact]
    public void A_bundle_replaces_the_built_in_roots()
    {
        using CertificateAuthority root = CertificateAuthority.NewRoot();
        string bundle = Path.GetTempFileName();
        File.WriteAllText(bundle, root.Certificate.ExportCertificatePem());

        using TlsContext context = TlsContext.Create(bundle);
        File.Delete(bundle);

        Assert.Equal(1, CountTrusted(context));
    }

    private static int CountTrusted(TlsContext context) => Count(StoreObjects(LibSsl.CertificateStore(context.Handle)));

    [LibraryImport("libcrypto.so.3", EntryPoint = "X509_STORE_get0_objects")]
    private static partial void* StoreObjects(void* store);

    [LibraryImport("libcrypto.so.3", EntryPoint = "OPENSSL_sk_num")]
    private static partial int Count(void* stack);
}
