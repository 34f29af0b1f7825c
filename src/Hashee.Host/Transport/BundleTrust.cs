namespace Hashee.Host.Transport;

/// <summary>Trusts the certificates of one PEM file.</summary>
/// <param name="path">The file.</param>
/// <param name="variable">The environment variable that names it, for the error when it cannot be read.</param>
internal sealed unsafe class BundleTrust(string path, string variable) : Trust
{
    internal override TrustedRoots ReadRoots(void* context)
    {
        TrustedRoots roots = ReadFile(path);
        return roots.Count > 0
            ? roots
            : throw new TransportException($"the file that {variable} names cannot be read, is damaged or holds no certificate in PEM");
    }
}
