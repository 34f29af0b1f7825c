using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hashee.Host.Native;

namespace Hashee.Host.Transport;

/// <summary>
/// The root certificates of one TLS context. OpenSSL 3 takes 0.1 ms to read a certificate, nearly all of it for the public key, so of each root
/// only the subject is read beforehand; when a chain is to be verified, the roots that it names as issuers are handed to OpenSSL, which then
/// verifies as always.
/// </summary>
internal sealed unsafe class TrustedRoots : IDisposable
{
    private readonly List<Root> _roots = [];
    private GCHandle _self;

    private TrustedRoots()
    {
    }

    /// <summary>Trusts nobody.</summary>
    internal static TrustedRoots None => new();

    /// <summary>Reads certificates in PEM; anything between them is passed over.</summary>
    /// <param name="pem">An OpenSSL BIO; null holds none.</param>
    /// <returns>None when a PEM block is damaged: what stands behind it would be missing without a word.</returns>
    internal static TrustedRoots Read(void* pem)
    {
        TrustedRoots roots = new();
        byte* name;
        byte* header;
        byte* der;
        nint length;
        while (pem != null && LibCrypto.ReadPem(pem, &name, &header, &der, &length) == 1)
        {
            bool isCertificate = NullTerminated.Read(name).SequenceEqual("CERTIFICATE"u8);
            LibCrypto.Free(name);
            LibCrypto.Free(header);
            void* subject = isCertificate ? ReadSubject(der, length) : null;
            if (subject == null)
            {
                LibCrypto.Free(der);
            }
            else
            {
                roots._roots.Add(new Root(der, length, subject));
            }
        }

        // At the end there is no further block to start; any other error is a damaged one.
        bool isComplete = pem != null && (LibCrypto.PeekLastError() & LibCrypto.ReasonMask) == LibCrypto.NoStartLine;
        LibCrypto.ClearErrors();
        if (!isComplete)
        {
            roots.Dispose();
        }

        return roots;
    }

    /// <summary>How many there are.</summary>
    internal int Count => _roots.Count;

    /// <summary>Makes an SSL_CTX trust these roots and no others.</summary>
    internal void Attach(void* context)
    {
        _self = GCHandle.Alloc(this);
        LibSsl.SetCertificateVerification(context, &Verify, (void*)GCHandle.ToIntPtr(_self));
    }

    public void Dispose()
    {
        if (_self.IsAllocated)
        {
            _self.Free();
        }

        foreach (Root root in _roots)
        {
            root.Free();
        }

        _roots.Clear();
    }

    /// <summary>In place of X509_verify_cert, and then that.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Verify(void* verification, void* self)
    {
        TrustedRoots roots = (TrustedRoots)GCHandle.FromIntPtr((nint)self).Target!;
        void* chain = LibCrypto.ChainOf(verification);
        int count = LibCrypto.StackCount(chain);
        for (int i = 0; i < count; i++)
        {
            roots.AddIssuerOf(LibCrypto.StackItem(chain, i), LibCrypto.StoreOf(verification));
        }

        return LibCrypto.VerifyCertificate(verification);
    }

    /// <summary>Adds what may have issued a certificate, and what may have issued that: a bundle can hold intermediates.</summary>
    private void AddIssuerOf(void* certificate, void* store)
    {
        void* issuer = LibCrypto.IssuerOf(certificate);
        foreach (ref Root root in CollectionsMarshal.AsSpan(_roots))
        {
            if (!root.IsAdded && LibCrypto.CompareNames(issuer, root.Subject) == 0)
            {
                void* added = root.AddTo(store);
                if (added != null)
                {
                    AddIssuerOf(added, store);
                    LibCrypto.FreeCertificate(added);
                }
            }
        }
    }

    /// <summary>Finds the subject in a certificate (RFC 5280, section 4.1) without reading what comes after it.</summary>
    private static void* ReadSubject(byte* der, nint length)
    {
        const byte version = 0xA0;
        ReadOnlySpan<byte> rest = new(der, checked((int)length));
        if (!TryEnter(ref rest) || !TryEnter(ref rest) || (rest is [version, ..] && !TryTake(ref rest, out _)))
        {
            return null;
        }

        // Serial number, signature algorithm, issuer and validity come before it.
        ReadOnlySpan<byte> subject = default;
        for (int i = 0; i < 5; i++)
        {
            if (!TryTake(ref rest, out subject))
            {
                return null;
            }
        }

        fixed (byte* start = subject)
        {
            byte* from = start;
            return LibCrypto.ReadName(null, &from, subject.Length);
        }
    }

    /// <summary>Goes into a DER element (X.690, section 8.1): what follows its header.</summary>
    private static bool TryEnter(scoped ref ReadOnlySpan<byte> rest)
    {
        if (!TryReadHeader(rest, out int header, out _))
        {
            return false;
        }

        rest = rest[header..];
        return true;
    }

    /// <summary>Takes a whole DER element.</summary>
    private static bool TryTake(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> element)
    {
        element = default;
        if (!TryReadHeader(rest, out int header, out int content))
        {
            return false;
        }

        element = rest[..(header + content)];
        rest = rest[element.Length..];
        return true;
    }

    private static bool TryReadHeader(ReadOnlySpan<byte> element, out int header, out int content)
    {
        header = 2;
        content = element.Length < 2 ? 0 : element[1];
        if (content >= 0x80)
        {
            // The long form: so many bytes of length.
            int lengthBytes = content & 0x7F;
            if (lengthBytes is 0 or > 3 || element.Length < 2 + lengthBytes)
            {
                return false;
            }

            content = 0;
            foreach (byte part in element.Slice(2, lengthBytes))
            {
                content = (content << 8) | part;
            }

            header += lengthBytes;
        }

        return element.Length >= header + content;
    }

    private struct Root(byte* der, nint length, void* subject)
    {
        private byte* _der = der;

        internal readonly void* Subject => subject;

        internal readonly bool IsAdded => _der == null;

        /// <summary>Adds the certificate to a store, once.</summary>
        /// <returns>The certificate, which the caller frees; null when OpenSSL cannot read it.</returns>
        internal void* AddTo(void* store)
        {
            byte* from = _der;
            void* certificate = LibCrypto.ReadCertificate(null, &from, length);
            if (certificate != null)
            {
                _ = LibCrypto.AddToStore(store, certificate);
            }

            LibCrypto.Free(_der);
            _der = null;
            return certificate;
        }

        internal readonly void Free()
        {
            LibCrypto.Free(_der);
            LibCrypto.FreeName(subject);
        }
    }
}
