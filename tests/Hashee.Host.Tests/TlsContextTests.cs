using Hashee.Host.Transport;
using Hashee.Testing.Servers;

namespace Hashee.Host.Tests;

public class TlsContextTests
{
    [Fact]
    public void Without_a_bundle_the_five_roots_of_Amazon_are_trusted()
    {
        using TlsContext context = TlsContext.Create(certificateBundle: null);

        Assert.Equal(5, context.Roots.Count);
    }

    [Fact]
    public void A_bundle_replaces_the_built_in_roots()
    {
        using CertificateAuthority root = CertificateAuthority.NewRoot();
        string bundle = Path.GetTempFileName();
        File.WriteAllText(bundle, root.Certificate.ExportCertificatePem());

        using TlsContext context = TlsContext.Create(bundle);
        File.Delete(bundle);

        Assert.Equal(1, context.Roots.Count);
    }
}
