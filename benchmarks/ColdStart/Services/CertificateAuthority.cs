using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hashee.Benchmarks.ColdStart.Services;

/// <summary>
/// Certificates shaped as those of AWS's endpoints: an RSA-2048 leaf under an intermediate under a root, all made for one run. What they
/// cost a client to verify is part of what is measured, which is why the emulator's, of one elliptic curve without an intermediate, do not serve.
/// </summary>
internal sealed class CertificateAuthority
{
    private const int KeyBits = 2048;

    private readonly DateTimeOffset _from = DateTimeOffset.UtcNow.AddHours(-1);

    public CertificateAuthority()
    {
        using RSA rootKey = RSA.Create(KeyBits);
        using RSA intermediateKey = RSA.Create(KeyBits);
        using RSA serverKey = RSA.Create(KeyBits);

        CertificateRequest request = Request("CN=Cold-start root", rootKey);
        AddAuthority(request, pathLength: 1);
        using X509Certificate2 root = request.CreateSelfSigned(_from, _from.AddDays(30));

        request = Request("CN=Cold-start intermediate", intermediateKey);
        AddAuthority(request, pathLength: 0);
        using X509Certificate2 intermediate = Sign(request, root).CopyWithPrivateKey(intermediateKey);

        request = Request("CN=localhost", serverKey);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        X509Certificate2 server = Sign(request, intermediate).CopyWithPrivateKey(serverKey);

        RootPem = root.ExportCertificatePem() + "\n";
        Server = SslStreamCertificateContext.Create(server, [X509CertificateLoader.LoadCertificate(intermediate.RawData)], offline: true);
    }

    /// <summary>The root's certificate.</summary>
    public string RootPem { get; }

    /// <summary>The server's certificate with its key and its chain.</summary>
    public SslStreamCertificateContext Server { get; }

    private static CertificateRequest Request(string name, RSA key) => new(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    private static void AddAuthority(CertificateRequest request, int pathLength)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, pathLength, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
    }

    private X509Certificate2 Sign(CertificateRequest request, X509Certificate2 issuer)
    {
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, true, false));
        return request.Create(issuer, _from, _from.AddDays(29), RandomNumberGenerator.GetBytes(16));
    }
}
