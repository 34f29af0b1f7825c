using System.Runtime.InteropServices;

namespace Hashee.Lambda.Native;

/// <summary>
/// OpenSSL 3's libcrypto, loaded at the first call; TLS needs it anyway, so Signature Version 4 takes its hashes from it too.
/// </summary>
internal static unsafe partial class LibCrypto
{
    internal const int Sha256Length = 32;
    internal const int Md5Length = 16;

    private const string Library = "libcrypto.so.3";

    internal static void Sha256(ReadOnlySpan<byte> data, Span<byte> digest)
    {
        fixed (byte* from = &MemoryMarshal.GetReference(data), to = digest)
        {
            Succeed(HashSha256(from, (nuint)data.Length, to) != null, "SHA-256");
        }
    }

    internal static void HmacSha256(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, Span<byte> digest)
    {
        fixed (byte* keyStart = key, from = data, to = digest)
        {
            uint length;
            Succeed(Hmac(Sha256Algorithm(), keyStart, key.Length, from, (nuint)data.Length, to, &length) != null, "HMAC-SHA256");
        }
    }

    internal static void Md5(ReadOnlySpan<byte> data, Span<byte> digest)
    {
        fixed (byte* from = &MemoryMarshal.GetReference(data), to = digest)
        {
            Succeed(HashMd5(from, (nuint)data.Length, to) != null, "MD5");
        }
    }

    [LibraryImport(Library, EntryPoint = "BIO_new_mem_buf")]
    internal static partial void* NewMemoryBuffer(byte* bytes, int length);

    [LibraryImport(Library, EntryPoint = "BIO_free")]
    internal static partial int FreeBuffer(void* buffer);

    [LibraryImport(Library, EntryPoint = "PEM_read_bio_X509")]
    internal static partial void* ReadPemCertificate(void* buffer, void* certificate, void* callback, void* argument);

    [LibraryImport(Library, EntryPoint = "X509_STORE_add_cert")]
    internal static partial int AddToStore(void* store, void* certificate);

    [LibraryImport(Library, EntryPoint = "X509_free")]
    internal static partial void FreeCertificate(void* certificate);

    [LibraryImport(Library, EntryPoint = "X509_VERIFY_PARAM_set1_ip_asc")]
    internal static partial int SetExpectedAddress(void* parameters, byte* address);

    [LibraryImport(Library, EntryPoint = "X509_verify_cert_error_string")]
    internal static partial byte* DescribeVerification(nint code);

    [LibraryImport(Library, EntryPoint = "ERR_get_error")]
    internal static partial ulong NextError();

    [LibraryImport(Library, EntryPoint = "ERR_clear_error")]
    internal static partial void ClearErrors();

    [LibraryImport(Library, EntryPoint = "ERR_reason_error_string")]
    internal static partial byte* DescribeError(ulong code);

    [LibraryImport(Library, EntryPoint = "SHA256")]
    private static partial byte* HashSha256(byte* data, nuint length, byte* digest);

    [LibraryImport(Library, EntryPoint = "MD5")]
    private static partial byte* HashMd5(byte* data, nuint length, byte* digest);

    [LibraryImport(Library, EntryPoint = "EVP_sha256")]
    private static partial void* Sha256Algorithm();

    [LibraryImport(Library, EntryPoint = "HMAC")]
    private static partial byte* Hmac(
        void* algorithm, byte* key, int keyLength, byte* data, nuint length, byte* digest, uint* digestLength);

    private static void Succeed(bool succeeded, string algorithm)
    {
        if (!succeeded)
        {
            throw new Transport.TransportException($"OpenSSL refuses {algorithm}");
        }
    }
}
