using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hashee.Emulator;

namespace Hashee.Testing.Servers;

/// <summary>A server's certificate as nobody may use it any more.</summary>
internal static class WeakCertificate
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    /// <summary>Issues one over a root of its own.</summary>
    /// <param name="names">Host names and IP addresses.</param>
    /// <param name="keyBits">The length of the server's RSA key.</param>
    /// <param name="hash">What the root signs: MD5, SHA-1 or SHA-256.</param>
    /// <param name="root">The root, of a good key and signature.</param>
    internal static X509Certificate2 Issue(string[] names, int keyBits, HashAlgorithmName hash, out X509Certificate2 root)
    {
        using RSA rootKey = RSA.Create(2048);
        CertificateRequest rootRequest = new("CN=Test RSA Root", rootKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        root = rootRequest.CreateSelfSigned(Now.AddYears(-1), Now.AddYears(1));
        using RSA key = RSA.Create(keyBits);
        CertificateRequest request = new("CN=Test Server", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        CertificateAuthority.AddServer(request, names);
        using X509Certificate2 certificate = request.Create(
            root.SubjectName, new AnyHashGenerator(rootKey, hash), Now.AddDays(-1), Now.AddDays(1), [4]);
        return certificate.CopyWithPrivateKey(key);
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
