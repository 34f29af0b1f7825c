using Hashee.Host.Native;

namespace Hashee.Host.Transport;

/// <summary>Whose certificates a server may have. All connections of one kind of trust share one TLS context, which is made for the first of them.</summary>
internal abstract unsafe class Trust
{
    private readonly Lock _gate = new();
    private TlsContext? _context;

    /// <summary>The context; one that could not be made is tried again.</summary>
    /// <exception cref="TransportException">The roots cannot be read.</exception>
    internal TlsContext Context
    {
        get
        {
            lock (_gate)
            {
                return _context ??= TlsContext.Create(this);
            }
        }
    }

    /// <summary>Reads the certificates that everything is verified against.</summary>
    /// <param name="context">The SSL_CTX that will use them.</param>
    /// <exception cref="TransportException">They cannot be read.</exception>
    internal abstract TrustedRoots ReadRoots(void* context);

    /// <summary>Reads a PEM file.</summary>
    /// <returns>No roots when it cannot be read, is damaged or holds none.</returns>
    protected static TrustedRoots ReadFile(string path) => TrustedRoots.Read(LibCrypto.ReadFile(path));
}
