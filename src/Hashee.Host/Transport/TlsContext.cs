using Hashee.Host.Native;

namespace Hashee.Host.Transport;

/// <summary>What TLS connections share: TLS 1.2 or newer, verification by OpenSSL, and the trusted roots.</summary>
internal sealed unsafe class TlsContext
{
    private readonly void* _handle;

    private TlsContext(void* handle) => _handle = handle;

    internal void* Handle => _handle;

    internal TrustedRoots Roots { get; private set; } = TrustedRoots.None;

    /// <summary>Makes a context, which lives as long as the process.</summary>
    /// <exception cref="TransportException">The roots cannot be read.</exception>
    internal static TlsContext Create(Trust trust)
    {
        Initialize();
        TlsContext context = new(LibSsl.NewContext(LibSsl.ClientMethod()));
        try
        {
            context.SetUp(trust);
            return context;
        }
        catch
        {
            LibSsl.FreeContext(context._handle);
            throw;
        }
    }

    /// <summary>
    /// Leaves out what costs OpenSSL a third of its start and a TLS client nothing to miss: some thousand texts of errors, which are loaded when one is
    /// shown; openssl.cnf, in place of which <see cref="SetUp"/> says what it wants; and the table of every algorithm by name, of which only the
    /// digests of certificate signatures are looked up. OpenSSL starts once in a process: where .NET's own TLS has started it before, as in a function that
    /// connects with HttpClient first, this changes nothing.
    /// </summary>
    private static void Initialize()
    {
        _ = LibSsl.Initialize(LibSsl.Lean, null);
        _ = LibCrypto.AddDigest(LibCrypto.Sha1Algorithm());
        _ = LibCrypto.AddDigest(LibCrypto.Sha256Algorithm());
        _ = LibCrypto.AddDigest(LibCrypto.Sha384Algorithm());
        _ = LibCrypto.AddDigest(LibCrypto.Sha512Algorithm());
    }

    private void SetUp(Trust trust)
    {
        if (_handle == null || LibSsl.ControlContext(_handle, LibSsl.SetMinimumVersion, LibSsl.Tls12, null) != 1)
        {
            throw new TransportException("OpenSSL could not be set up");
        }

        // A server may send session tickets and key updates without end: each is a reason to look at the deadline.
        _ = LibSsl.ControlContext(_handle, LibSsl.ClearMode, LibSsl.ReadsUntilData, null);
        _ = LibSsl.ControlContext(_handle, LibSsl.SetMode, LibSsl.WritesInParts, null);
        LibSsl.SetSecurityLevel(_handle, LibSsl.Bits112);
        LibSsl.SetVerification(_handle, LibSsl.VerifyPeer, null);
        Roots = trust.ReadRoots(_handle);
        Roots.Attach(_handle);
    }
}
