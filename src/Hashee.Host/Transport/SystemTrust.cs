using Hashee.Host.Native;

namespace Hashee.Host.Transport;

/// <summary>
/// Trusts the roots of this machine: those that SSL_CERT_FILE (a PEM file) and SSL_CERT_DIR (a folder as c_rehash makes it) name; without either the file that
/// the distribution keeps. Of some 140 roots only those that a chain names are handed to OpenSSL.
/// </summary>
internal sealed unsafe class SystemTrust : Trust
{
    private const string FileVariable = "SSL_CERT_FILE";
    private const string FolderVariable = "SSL_CERT_DIR";

    private SystemTrust()
    {
    }

    internal static SystemTrust Instance { get; } = new();

    /// <summary>Debian and Ubuntu; Amazon Linux and Fedora, in two places; openSUSE; Alpine.</summary>
    private static ReadOnlySpan<string> Files => new[]
    {
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
    };

    internal override TrustedRoots ReadRoots(void* context) => ReadRoots(
        context, EnvironmentVariables.GetString(FileVariable), EnvironmentVariables.GetString(FolderVariable), Files);

    /// <summary>Reads what the two variables name, else the first file of the list that is there.</summary>
    internal static TrustedRoots ReadRoots(void* context, string? file, string? folder, ReadOnlySpan<string> files)
    {
        if (folder is not null)
        {
            Span<byte> path = new byte[NullTerminated.Size(folder)];
            NullTerminated.Write(folder, path);
            fixed (byte* start = path)
            {
                _ = LibSsl.AddFolder(context, start);
            }
        }

        TrustedRoots roots = TrustedRoots.None;
        if (file is not null)
        {
            roots = ReadFile(file);
        }
        else if (folder is null)
        {
            for (int i = 0; i < files.Length && roots.Count == 0; i++)
            {
                roots = ReadFile(files[i]);
            }
        }

        return roots.Count > 0 || (folder is not null && file is null)
            ? roots
            : throw new TransportException(file is null
                ? $"this machine keeps no root certificates where they are looked for: install ca-certificates, or set {FileVariable}"
                : $"the file that {FileVariable} names cannot be read, is damaged or holds no certificate in PEM");
    }
}
