using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hashee.Emulator.Sqs;

/// <summary>
/// A certificate authority for one run: a fresh root, whose key is forgotten at once, and one server certificate for <c>localhost</c> and 127.0.0.1.
/// The root lies in a PEM file for <c>AWS_CA_BUNDLE</c>, which is deleted on dispose.
/// </summary>
internal sealed class ThrowawayAuthority : IDisposable
{
    private readonly DirectoryInfo _folder;

    public ThrowawayAuthority()
    {
        DateTimeOffset notBefore = DateTimeOffset.UtcNow.AddHours(-1);
        DateTimeOffset notAfter = notBefore.AddDays(30);

        using ECDsa rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest rootRequest = new("CN=Local world throw-away root", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        rootRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        rootRequest.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(rootRequest.PublicKey, false));
        using X509Certificate2 root = rootRequest.CreateSelfSigned(notBefore, notAfter);

        using ECDsa serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest serverRequest = new("CN=localhost", serverKey, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        serverRequest.CertificateExtensions.Add(names.Build());
        serverRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        serverRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        serverRequest.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        serverRequest.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(root, true, false));
        using X509Certificate2 server = serverRequest.Create(root, notBefore, notAfter, RandomNumberGenerator.GetBytes(16));
        ServerCertificate = server.CopyWithPrivateKey(serverKey);

        _folder = Directory.CreateTempSubdirectory("hashee-emulator-");
        CaBundlePath = Path.Combine(_folder.FullName, "root.pem");
        File.WriteAllText(CaBundlePath, root.ExportCertificatePem() + "\n");
    }

    /// <summary>With its private key.</summary>
    public X509Certificate2 ServerCertificate { get; }

    /// <summary>Path of the root certificate, PEM.</summary>
    public string CaBundlePath { get; }

    public void Dispose()
    {
        ServerCertificate.Dispose();
        _folder.Delete(recursive: true);
    }
}
