using Hashee.Lambda.Native;

namespace Hashee.Lambda.Transport;

/// <summary>What TLS connections share: TLS 1.2 or newer, verification by OpenSSL, and the trusted roots.</summary>
internal sealed unsafe class TlsContext : IDisposable
{
    private void* _handle;

    private TlsContext(void* handle) => _handle = handle;

    internal void* Handle => _handle;

    /// <summary>Makes a context that trusts the certificates of a PEM file, or without one the roots of Amazon Trust Services.</summary>
    /// <exception cref="TransportException">The file cannot be read or holds no certificate.</exception>
    internal static TlsContext Create(string? certificateBundle)
    {
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
    }

    private void SetUp(string? certificateBundle)
    {
        if (_handle == null || LibSsl.ControlContext(_handle, LibSsl.SetMinimumVersion, LibSsl.Tls12, null) != 1)
        {
            throw new TransportException("OpenSSL could not be set up");
        }

        LibSsl.SetVerification(_handle, LibSsl.VerifyPeer, null);
        if (certificateBundle is null)
        {
            TrustAmazon();
        }
        else
        {
            TrustFile(certificateBundle);
        }

        LibCrypto.ClearErrors();
    }

    private void TrustFile(string path)
    {
        Span<byte> terminated = stackalloc byte[NullTerminated.Size(path)];
        NullTerminated.Write(path, terminated);
        fixed (byte* file = terminated)
        {
            if (LibSsl.LoadTrustedCertificates(_handle, file, null) != 1)
            {
                LibCrypto.ClearErrors();
                throw new TransportException("the file that AWS_CA_BUNDLE names cannot be read or holds no certificate in PEM");
            }
        }
    }

    private void TrustAmazon()
    {
        void* store = LibSsl.CertificateStore(_handle);
        fixed (byte* pem = AmazonRoots.Pem)
        {
            void* buffer = LibCrypto.NewMemoryBuffer(pem, AmazonRoots.Pem.Length);
            void* certificate;
            while ((certificate = LibCrypto.ReadPemCertificate(buffer, null, null, null)) != null)
            {
                _ = LibCrypto.AddToStore(store, certificate);
                LibCrypto.FreeCertificate(certificate);
            }

            _ = LibCrypto.FreeBuffer(buffer);
        }
    }
}
