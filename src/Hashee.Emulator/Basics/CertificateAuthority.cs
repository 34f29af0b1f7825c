using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hashee.Emulator;

/// <summary>A root or an intermediate of one run, for servers on loopback. Its key is never written anywhere.</summary>
internal sealed class CertificateAuthority : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private readonly bool _isRoot;
    private readonly int _rsaBits;

    private CertificateAuthority(X509Certificate2 certificate, bool isRoot, int rsaBits)
    {
        Certificate = certificate;
        _isRoot = isRoot;
        _rsaBits = rsaBits;
    }

    /// <summary>With its private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Its certificate, PEM.</summary>
    public string Pem => Certificate.ExportCertificatePem() + "\n";

    /// <summary>A root that nobody else knows.</summary>
    /// <param name="name">Its common name.</param>
    /// <param name="rsaBits">The length of RSA keys, of what it issues too; 0 for the elliptic curve P-256.</param>
    public static CertificateAuthority NewRoot(string name = "Throw-away Root", int rsaBits = 0)
    {
        using AsymmetricAlgorithm key = NewKey(rsaBits);
        CertificateRequest request = NewRequest(name, key);
        AddAuthority(request);
        return new CertificateAuthority(request.CreateSelfSigned(Now.AddYears(-10), Now.AddYears(10)), isRoot: true, rsaBits);
    }

    /// <summary>An authority below this one.</summary>
    public CertificateAuthority NewIntermediate(string name = "Throw-away Intermediate")
    {
        using AsymmetricAlgorithm key = NewKey(_rsaBits);
        CertificateRequest request = NewRequest(name, key);
        AddAuthority(request);
        return new CertificateAuthority(Sign(request, key, Now.AddYears(-9), Now.AddYears(9)), isRoot: false, _rsaBits);
    }

    /// <summary>Issues a server's certificate, with its private key.</summary>
    /// <param name="names">Host names and IP addresses.</param>
    /// <param name="from">When its validity starts, in days from now.</param>
    /// <param name="to">When its validity ends, in days from now.</param>
    /// <param name="subject">The common name.</param>
    public X509Certificate2 Issue(string[] names, int from = -1, int to = 30, string subject = "Throw-away Server")
    {
        using AsymmetricAlgorithm key = NewKey(_rsaBits);
        CertificateRequest request = NewRequest(subject, key);
        AddServer(request, names);
        return Sign(request, key, Now.AddDays(from), Now.AddDays(to));
    }

    /// <summary>A server's certificate that no authority has signed.</summary>
    public static X509Certificate2 IssueSelfSigned(string[] names)
    {
        using AsymmetricAlgorithm key = NewKey(rsaBits: 0);
        CertificateRequest request = NewRequest("Throw-away Server", key);
        AddServer(request, names);
        return request.CreateSelfSigned(Now.AddDays(-1), Now.AddDays(1));
    }

    /// <summary>A server for this machine with its chain.</summary>
    public SslStreamCertificateContext IssueForLoopback()
    {
        X509Certificate2 server = Issue(["localhost", IPAddress.Loopback.ToString()], subject: "localhost");
        X509Certificate2Collection chain = _isRoot ? [] : [X509CertificateLoader.LoadCertificate(Certificate.RawData)];
        return SslStreamCertificateContext.Create(server, chain, offline: true);
    }

    public void Dispose() => Certificate.Dispose();

    /// <summary>Adds what makes a certificate a server's of these names.</summary>
    public static void AddServer(CertificateRequest request, string[] names)
    {
        SubjectAlternativeNameBuilder alternatives = new();
        foreach (string name in names)
        {
            if (IPAddress.TryParse(name, out IPAddress? address))
            {
                alternatives.AddIpAddress(address);
            }
            else
            {
                alternatives.AddDnsName(name);
            }
        }

        if (names.Length > 0)
        {
            request.CertificateExtensions.Add(alternatives.Build());
        }

        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, false, 0, critical: true));
        X509KeyUsageFlags usage = request.PublicKey.Oid.FriendlyName == "RSA" ? X509KeyUsageFlags.KeyEncipherment : X509KeyUsageFlags.None;
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | usage, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], critical: false));
    }

    private static void AddAuthority(CertificateRequest request)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
    }

    private static AsymmetricAlgorithm NewKey(int rsaBits) => rsaBits > 0 ? RSA.Create(rsaBits) : ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private static CertificateRequest NewRequest(string name, AsymmetricAlgorithm key) => key is RSA rsa
        ? new CertificateRequest($"CN={name}", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        : new CertificateRequest($"CN={name}", (ECDsa)key, HashAlgorithmName.SHA256);

    private X509Certificate2 Sign(CertificateRequest request, AsymmetricAlgorithm key, DateTimeOffset from, DateTimeOffset to)
    {
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, true, false));
        using X509Certificate2 certificate = request.Create(Certificate, from, to, RandomNumberGenerator.GetBytes(16));
        return key is RSA rsa ? certificate.CopyWithPrivateKey(rsa) : certificate.CopyWithPrivateKey((ECDsa)key);
    }
}
