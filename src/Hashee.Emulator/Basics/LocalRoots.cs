using System.Net.Security;

namespace Hashee.Emulator;

/// <summary>
/// The certificates of a local world: one root, whose key is forgotten with the process, and files that tell it to the functions. They are deleted on dispose.
/// </summary>
internal sealed class LocalRoots : IDisposable
{
    /// <summary>Debian and Ubuntu; Amazon Linux and Fedora; Alpine; openSUSE.</summary>
    private static readonly string[] SystemBundles =
        ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem", "/etc/ssl/ca-bundle.pem"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hashee-emulator-");
    private readonly CertificateAuthority _root = CertificateAuthority.NewRoot("Local world throw-away root");

    public LocalRoots()
    {
        Certificate = _root.IssueForLoopback();
        OwnPath = Write("root.pem", _root.Pem);
        AllPath = Write("roots.pem", (ReadSystem() ?? "") + _root.Pem);
    }

    /// <summary>Of this world's servers: for <c>localhost</c> and 127.0.0.1.</summary>
    public SslStreamCertificateContext Certificate { get; }

    /// <summary>A PEM file with this world's root alone, for <c>AWS_CA_BUNDLE</c>.</summary>
    public string OwnPath { get; }

    /// <summary>
    /// A PEM file with the roots of this machine and this world's, for <c>SSL_CERT_FILE</c>: so an agent reaches real services as well, and a function
    /// looks for the one that it needs among as many as where it is deployed.
    /// </summary>
    public string AllPath { get; }

    /// <summary>The roots that this machine trusts, PEM; null when it keeps none where distributions do.</summary>
    public static string? ReadSystem() => SystemBundles.FirstOrDefault(File.Exists) is { } path ? File.ReadAllText(path).TrimEnd() + "\n" : null;

    public void Dispose()
    {
        _root.Dispose();
        _folder.Delete(recursive: true);
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
