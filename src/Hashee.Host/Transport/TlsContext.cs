using Hashee.Host.Native;

namespace Hashee.Host.Transport;

/// <summary>What TLS connections share: TLS 1.2 or newer, verification by OpenSSL, and the trusted roots.</summary>
internal sealed unsafe class TlsContext : IDisposable
{
    private void* _handle;

    private TlsContext(void* handle) => _handle = handle;

    internal void* Handle => _handle;

    internal TrustedRoots Roots { get; private set; } = TrustedRoots.None;

    /// <summary>Makes a context that trusts the certificates of a PEM file, or without one the roots of Amazon Trust Services.</summary>
    /// <exception cref="TransportException">The file cannot be read or holds no certificate.</exception>
    internal static TlsContext Create(string? certificateBundle)
    {
        Initialize();
        TlsContext context = new(LibSsl.NewContext(LibSsl.ClientMethod()));
        try
        {
            context.SetUp(certificateBundle);
            return context;
        }
        catch
        {
            context.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        LibSsl.FreeContext(_handle);
        _handle = null;
        Roots.Dispose();
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

    private void SetUp(string? certificateBundle)
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
        Roots = ReadRoots(certificateBundle);
        Roots.Attach(_handle);
    }

    private static TrustedRoots ReadRoots(string? certificateBundle)
    {
        void* pem = certificateBundle is null ? OpenAmazonRoots() : OpenFile(certificateBundle);
        TrustedRoots roots = TrustedRoots.Read(pem);
        _ = LibCrypto.FreeBuffer(pem);
        return roots.Count > 0
            ? roots
            : throw new TransportException("the file that AWS_CA_BUNDLE names cannot be read, is damaged or holds no certificate in PEM");
    }

    private static void* OpenAmazonRoots()
    {
        // OpenSSL reads them in place: they lie in the binary's read-only data and never move.
        fixed (byte* pem = AmazonRoots.Pem)
        {
            return LibCrypto.NewMemoryBuffer(pem, AmazonRoots.Pem.Length);
        }
    }

    private static void* OpenFile(string path)
    {
        Span<byte> terminated = stackalloc byte[NullTerminated.Size(path)];
        NullTerminated.Write(path, terminated);
        fixed (byte* file = terminated, mode = "r"u8)
        {
            return LibCrypto.NewFileBuffer(file, mode);
        }
    }
}
