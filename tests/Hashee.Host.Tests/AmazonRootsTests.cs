using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hashee.Host.Transport;

namespace Hashee.Host.Tests;

public class AmazonRootsTests
{
    /// <summary>The SHA-256 fingerprints that https://www.amazontrust.com/repository/ publishes.</summary>
    [Theory]
    [InlineData("Amazon Root CA 1", "8ECDE6884F3D87B1125BA31AC3FCB13D7016DE7F57CC904FE1CB97C6AE98196E")]
    [InlineData("Amazon Root CA 2", "1BA5B2AA8C65401A82960118F80BEC4F62304D83CEC4713A19C39C011EA46DB4")]
    [InlineData("Amazon Root CA 3", "18CE6CFE7BF14E60B2E347B8DFE868CB31D02EBB3ADA271569F50343B46DB3A4")]
    [InlineData("Amazon Root CA 4", "E35D28419ED02025CFA69038CD623962458DA5C695FBDEA3C22B0BFB25897092")]
    [InlineData("Starfield Services Root Certificate Authority - G2", "568D6905A2C88708A4B3025190EDCFEDB1974A606A13C6E5290FCB2AE63EDAB5")]
    public void The_roots_of_Amazon_Trust_Services_are_trusted(string name, string fingerprint)
    {
        X509Certificate2 root = Assert.Single(Roots(), certificate => certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) == name);

        Assert.Equal(fingerprint, root.GetCertHashString(HashAlgorithmName.SHA256));
    }

    [Fact]
    public void Nothing_else_is_trusted() => Assert.Equal(5, Roots().Count);

    private static X509Certificate2Collection Roots()
    {
        X509Certificate2Collection roots = [];
        roots.ImportFromPem(Encoding.ASCII.GetString(AmazonRoots.Pem));
        return roots;
    }
}
