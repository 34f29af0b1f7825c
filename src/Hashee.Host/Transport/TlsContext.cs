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
        TlsContext context = new(NewHandle());
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

    /// <summary>With the lean provider where it can be had. What fails with that may succeed without it.</summary>
    private static void* NewHandle()
    {
        void* library = OpenSsl.Library;
        void* handle = LibSsl.NewContext(library, null, LibSsl.ClientMethod());
        if (handle == null && library != null)
        {
            OpenSsl.FallBack();
            handle = LibSsl.NewContext(null, null, LibSsl.ClientMethod());
        }

        return handle;
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
