using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hashee.Testing.Servers;

/// <summary>A root or an intermediate that issues certificates for a test.</summary>
internal sealed class CertificateAuthority : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private CertificateAuthority(X509Certificate2 certificate) => Certificate = certificate;

    internal X509Certificate2 Certificate { get; }

    internal static CertificateAuthority NewRoot(string name = "Test Root")
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateAuthority(NewAuthorityRequest(name, key).CreateSelfSigned(Now.AddYears(-10), Now.AddYears(10)));
    }

    internal CertificateAuthority NewIntermediate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = NewAuthorityRequest("Test Intermediate", key);
        using X509Certificate2 certificate = request.Create(Certificate, Now.AddYears(-9), Now.AddYears(9), [2]);
        return new CertificateAuthority(certificate.CopyWithPrivateKey(key));
    }

    /// <summary>Issues a server's certificate.</summary>
    /// <param name="names">Host names and IP addresses.</param>
    /// <param name="from">When its validity starts, in days from now.</param>
    /// <param name="to">When its validity ends, in days from now.</param>
    /// <param name="subject">The common name.</param>
    internal X509Certificate2 Issue(string[] names, int from = -1, int to = 1, string subject = "Test Server")
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = NewServerRequest(names, subject, key);
        using X509Certificate2 certificate = request.Create(Certificate, Now.AddDays(from), Now.AddDays(to), [3]);
        return certificate.CopyWithPrivateKey(key);
    }

    internal static X509Certificate2 IssueSelfSigned(string[] names)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return NewServerRequest(names, "Test Server", key).CreateSelfSigned(Now.AddDays(-1), Now.AddDays(1));
    }

    /// <summary>A certificate over a root of its own as nobody may use it any more.</summary>
    /// <param name="names">Host names and IP addresses.</param>
    /// <param name="keyBits">The length of the server's RSA key.</param>
    /// <param name="hash">What the root signs: MD5, SHA-1 or SHA-256.</param>
    /// <param name="root">The root, of a good key and signature.</param>
    internal static X509Certificate2 IssueWeak(string[] names, int keyBits, HashAlgorithmName hash, out X509Certificate2 root)
    {
        using RSA rootKey = RSA.Create(2048);
        CertificateRequest rootRequest = new("CN=Test RSA Root", rootKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        root = rootRequest.CreateSelfSigned(Now.AddYears(-1), Now.AddYears(1));
        using RSA key = RSA.Create(keyBits);
        CertificateRequest request = new("CN=Test Server", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        AddServerExtensions(request, names);
        using X509Certificate2 certificate = request.Create(
            root.SubjectName, new AnyHashGenerator(rootKey, hash), Now.AddDays(-1), Now.AddDays(1), [4]);
        return certificate.CopyWithPrivateKey(key);
    }

    public void Dispose() => Certificate.Dispose();

    private static CertificateRequest NewAuthorityRequest(string name, ECDsa key)
    {
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request;
    }

    private static CertificateRequest NewServerRequest(string[] names, string subject, ECDsa key)
    {
        CertificateRequest request = new($"CN={subject}", key, HashAlgorithmName.SHA256);
        AddServerExtensions(request, names);
        return request;
    }

    private static void AddServerExtensions(CertificateRequest request, string[] names)
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

        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, false, 0, critical: false));
    }

    /// <summary>Signs with RSA (PKCS #1 1.5) and hashes that .NET no longer issues certificates with.</summary>
    private sealed class AnyHashGenerator(RSA key, HashAlgorithmName hash) : X509SignatureGenerator
    {
        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm)
        {
            // SEQUENCE { 1.2.840.113549.1.1.x, NULL }
            byte last = hash == HashAlgorithmName.MD5 ? (byte)4 : hash == HashAlgorithmName.SHA1 ? (byte)5 : (byte)11;
            return [0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, last, 0x05, 0x00];
        }

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) => key.SignData(data, hash, RSASignaturePadding.Pkcs1);

        protected override PublicKey BuildPublicKey() => new(key);
    }
}
