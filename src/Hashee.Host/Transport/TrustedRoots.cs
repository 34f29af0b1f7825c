using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hashee.Host.Native;

namespace Hashee.Host.Transport;

/// <summary>
/// The root certificates of one TLS context. OpenSSL 3 takes 0.1 ms to read a certificate, nearly all of it for the public key, so of each root
/// only its place and its subject are known beforehand; when a chain is to be verified, the roots that it names as issuers are handed to OpenSSL, which
/// then verifies as always. Several connections may shake hands at once.
/// </summary>
internal sealed unsafe class TrustedRoots
{
    private const int MostRoots = 10_000;

    private readonly Lock _gate = new();
    private readonly List<Root> _roots = [];
    private readonly Memory<byte> _bytes;

    private TrustedRoots(Memory<byte> bytes) => _bytes = bytes;

    /// <summary>Nobody.</summary>
    internal static TrustedRoots None => new(default);

    /// <summary>How many there are.</summary>
    internal int Count => _roots.Count;

    /// <summary>How many OpenSSL was given.</summary>
    internal int CountAdded { get; private set; }

    /// <summary>Reads certificates in PEM (RFC 7468); anything between them is passed over.</summary>
    /// <param name="pem">
    /// Is taken over: each certificate is decoded where it stands, since fresh memory costs a cold start more than anything done in it.
    /// </param>
    /// <returns>None when a PEM block is damaged: what stands behind it would be missing without a word.</returns>
    internal static TrustedRoots Read(Memory<byte> pem)
    {
        TrustedRoots roots = new(pem);
        return roots.TryRead() ? roots : None;
    }

    /// <summary>Makes an SSL_CTX trust these roots; the two belong together for ever.</summary>
    internal void Attach(void* context) =>
        LibSsl.SetCertificateVerification(context, &Verify, (void*)GCHandle.ToIntPtr(GCHandle.Alloc(this)));

    /// <summary>In place of X509_verify_cert, and then that. Nothing may be thrown into OpenSSL.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Verify(void* verification, void* self)
    {
        try
        {
            ((TrustedRoots)GCHandle.FromIntPtr((nint)self).Target!).AddFor(verification);
            return LibCrypto.VerifyCertificate(verification);
        }
        catch (Exception)
        {
            return 0;
        }
    }

    private bool TryRead()
    {
        ReadOnlySpan<byte> begin = "-----BEGIN CERTIFICATE-----"u8;
        ReadOnlySpan<byte> end = "-----END CERTIFICATE-----"u8;
        Span<byte> bytes = _bytes.Span;
        int at = 0;
        while (bytes[at..].IndexOf(begin) is var start and >= 0)
        {
            at += start + begin.Length;
            Span<byte> block = bytes[at..];
            int length = block.IndexOf(end);
            if (length < 0 || _roots.Count == MostRoots ||
                Base64.DecodeFromUtf8InPlace(block[..JoinLines(block[..length])], out int written) != OperationStatus.Done)
            {
                return false;
            }

            if (TryFindSubject(block[..written], out Range subject))
            {
                _roots.Add(new Root(at, written, at + subject.Start.Value, subject.End.Value - subject.Start.Value));
            }

            at += length + end.Length;
        }

        return true;
    }

    /// <summary>Takes line ends out: among them .NET's decoder goes by fours, without them by vectors.</summary>
    /// <returns>The length that is left.</returns>
    private static int JoinLines(Span<byte> text)
    {
        int length = 0;
        for (Span<byte> rest = text; !rest.IsEmpty;)
        {
            int end = rest.IndexOf((byte)'\n');
            Span<byte> line = end < 0 ? rest : rest[..end];
            line.CopyTo(text[length..]);
            length += line.Length;
            rest = end < 0 ? default : rest[(end + 1)..];
        }

        return length;
    }

    /// <summary>
    /// Adds the roots that may have issued a certificate of the chain, and those that may have issued these: a bundle can hold intermediates. Names are
    /// nearly always written byte for byte alike; only where none is, they are compared as OpenSSL does, which takes long for many roots.
    /// </summary>
    private void AddFor(void* verification)
    {
        void* chain = LibCrypto.ChainOf(verification);
        void* store = LibCrypto.StoreOf(verification);
        int count = LibCrypto.StackCount(chain);
        lock (_gate)
        {
            bool isFound = false;
            for (int i = 0; i < count; i++)
            {
                isFound |= AddIssuerOf(LibCrypto.StackItem(chain, i), store, comparesBytes: true);
            }

            for (int i = 0; i < count && !isFound; i++)
            {
                _ = AddIssuerOf(LibCrypto.StackItem(chain, i), store, comparesBytes: false);
            }
        }
    }

    private bool AddIssuerOf(void* certificate, void* store, bool comparesBytes)
    {
        void* issuer = LibCrypto.IssuerOf(certificate);
        byte* name;
        nuint length;
        ReadOnlySpan<byte> issuerDer = LibCrypto.NameBytes(issuer, &name, &length) == 1 ? new ReadOnlySpan<byte>(name, (int)length) : default;
        bool isFound = false;
        for (int i = 0; i < _roots.Count; i++)
        {
            Root root = _roots[i];
            ReadOnlySpan<byte> subject = _bytes.Span.Slice(root.SubjectStart, root.SubjectLength);
            if (comparesBytes ? subject.SequenceEqual(issuerDer) : NamesEqual(subject, issuer))
            {
                isFound = true;
                Add(i, store, comparesBytes);
            }
        }

        return isFound;
    }

    private void Add(int index, void* store, bool comparesBytes)
    {
        Root root = _roots[index];
        if (root.IsAdded)
        {
            return;
        }

        _roots[index] = root with { IsAdded = true };
        fixed (byte* der = _bytes.Span.Slice(root.Start, root.Length))
        {
            byte* from = der;
            void* certificate = LibCrypto.NewCertificate(OpenSsl.Library, null);
            if (LibCrypto.ReadCertificate(&certificate, &from, root.Length) != null)
            {
                CountAdded++;
                _ = LibCrypto.AddToStore(store, certificate);
                _ = AddIssuerOf(certificate, store, comparesBytes);
                LibCrypto.FreeCertificate(certificate);
            }
        }
    }

    private static bool NamesEqual(ReadOnlySpan<byte> subject, void* issuer)
    {
        fixed (byte* start = subject)
        {
            byte* from = start;
            void* name = LibCrypto.ReadName(null, &from, subject.Length);
            bool isEqual = name != null && LibCrypto.CompareNames(issuer, name) == 0;
            LibCrypto.FreeName(name);
            return isEqual;
        }
    }

    /// <summary>Finds the subject in a certificate (RFC 5280, section 4.1) without reading what comes after it.</summary>
    private static bool TryFindSubject(ReadOnlySpan<byte> der, out Range subject)
    {
        const byte version = 0xA0;
        subject = default;
        ReadOnlySpan<byte> rest = der;
        if (!TryEnter(ref rest) || !TryEnter(ref rest) || (rest is [version, ..] && !TryTake(ref rest, out _)))
        {
            return false;
        }

        // Serial number, signature algorithm, issuer and validity come before it.
        int length = 0;
        for (int i = 0; i < 5; i++)
        {
            if (!TryTake(ref rest, out length))
            {
                return false;
            }
        }

        int end = der.Length - rest.Length;
        subject = (end - length)..end;
        return true;
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
    private static bool TryTake(scoped ref ReadOnlySpan<byte> rest, out int length)
    {
        if (!TryReadHeader(rest, out int header, out int content))
        {
            length = 0;
            return false;
        }

        length = header + content;
        rest = rest[length..];
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

    private readonly struct Root(int start, int length, int subjectStart, int subjectLength)
    {
        internal int Start => start;

        internal int Length => length;

        internal int SubjectStart => subjectStart;

        internal int SubjectLength => subjectLength;

        internal bool IsAdded { get; init; }
    }
}
