using System.Runtime.InteropServices;

namespace Hashee.Host.Native;

/// <summary>
/// OpenSSL 3's libcrypto, loaded at the first call; TLS needs it anyway, so Signature Version 4 takes its hashes from it too.
/// </summary>
internal static unsafe partial class LibCrypto
{
    internal const int Sha256Length = 32;
    internal const int Md5Length = 16;

    private const int LargestFile = 8 * 1024 * 1024;

    /// <summary>The system's roots in one piece, and no more: fresh memory is what reading costs.</summary>
    private const int UsualFile = 256 * 1024;

    private const string Library = "libcrypto.so.3";

    internal static void Sha256(ReadOnlySpan<byte> data, Span<byte> digest)
    {
        fixed (byte* name = "SHA256\0"u8, from = &MemoryMarshal.GetReference(data), to = digest)
        {
            Succeed(Digest(OpenSsl.Library, name, null, from, (nuint)data.Length, to, null) == 1, "SHA-256");
        }
    }

    internal static void HmacSha256(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, Span<byte> digest)
    {
        fixed (byte* name = "HMAC\0"u8, hash = "SHA256\0"u8, keyStart = key, from = data, to = digest)
        {
            // To OpenSSL a null pointer is no key, and not an empty one.
            byte empty;
            byte* start = keyStart == null ? &empty : keyStart;
            nuint length;
            void* result = Mac(
                OpenSsl.Library, name, null, hash, null, start, (nuint)key.Length, from, (nuint)data.Length, to, (nuint)digest.Length, &length);
            Succeed(result != null, "HMAC-SHA256");
        }
    }

    internal static void Md5(ReadOnlySpan<byte> data, Span<byte> digest)
    {
        fixed (byte* from = &MemoryMarshal.GetReference(data), to = digest)
        {
            Succeed(HashMd5(from, (nuint)data.Length, to) != null, "MD5");
        }
    }

    /// <summary>Reads a file without what .NET's own files cost in bytes.</summary>
    /// <returns>Nothing when it cannot be read, or is larger than any list of certificates.</returns>
    internal static Memory<byte> ReadFile(string path)
    {
        Span<byte> terminated = new byte[NullTerminated.Size(path)];
        NullTerminated.Write(path, terminated);
        fixed (byte* file = terminated, mode = "r"u8)
        {
            void* buffer = NewFileBuffer(file, mode);
            byte[] bytes = new byte[UsualFile];
            int length = 0;
            int count = 0;
            while (buffer != null && length < LargestFile)
            {
                if (length == bytes.Length)
                {
                    Array.Resize(ref bytes, 2 * length);
                }

                fixed (byte* to = bytes)
                {
                    count = Read(buffer, to + length, bytes.Length - length);
                }

                if (count <= 0)
                {
                    break;
                }

                length += count;
            }

            _ = FreeBuffer(buffer);
            ClearErrors();
            return bytes.AsMemory(0, length < LargestFile ? length : 0);
        }
    }

    [LibraryImport(Library, EntryPoint = "BIO_free")]
    private static partial int FreeBuffer(void* buffer);

    [LibraryImport(Library, EntryPoint = "BIO_new_file")]
    private static partial void* NewFileBuffer(byte* path, byte* mode);

    [LibraryImport(Library, EntryPoint = "BIO_read")]
    private static partial int Read(void* buffer, byte* to, int length);

    /// <summary>An empty certificate, whose key will be of that library context.</summary>
    [LibraryImport(Library, EntryPoint = "X509_new_ex")]
    internal static partial void* NewCertificate(void* library, byte* properties);

    /// <summary>Reads into the certificate that is pointed to; frees it and makes the pointer null when that fails.</summary>
    [LibraryImport(Library, EntryPoint = "d2i_X509")]
    internal static partial void* ReadCertificate(void** certificate, byte** der, nint length);

    [LibraryImport(Library, EntryPoint = "d2i_X509_NAME")]
    internal static partial void* ReadName(void* name, byte** der, nint length);

    [LibraryImport(Library, EntryPoint = "X509_NAME_cmp")]
    internal static partial int CompareNames(void* name, void* other);

    [LibraryImport(Library, EntryPoint = "X509_NAME_get0_der")]
    internal static partial int NameBytes(void* name, byte** der, nuint* length);

    [LibraryImport(Library, EntryPoint = "X509_NAME_free")]
    internal static partial void FreeName(void* name);

    [LibraryImport(Library, EntryPoint = "X509_get_issuer_name")]
    internal static partial void* IssuerOf(void* certificate);

    [LibraryImport(Library, EntryPoint = "X509_verify_cert")]
    internal static partial int VerifyCertificate(void* verification);

    /// <summary>The certificates that the server sent, its own included.</summary>
    [LibraryImport(Library, EntryPoint = "X509_STORE_CTX_get0_untrusted")]
    internal static partial void* ChainOf(void* verification);

    [LibraryImport(Library, EntryPoint = "X509_STORE_CTX_get0_store")]
    internal static partial void* StoreOf(void* verification);

    [LibraryImport(Library, EntryPoint = "OPENSSL_sk_num")]
    internal static partial int StackCount(void* stack);

    [LibraryImport(Library, EntryPoint = "OPENSSL_sk_value")]
    internal static partial void* StackItem(void* stack, int index);

    [LibraryImport(Library, EntryPoint = "X509_STORE_add_cert")]
    internal static partial int AddToStore(void* store, void* certificate);

    [LibraryImport(Library, EntryPoint = "X509_free")]
    internal static partial void FreeCertificate(void* certificate);

    [LibraryImport(Library, EntryPoint = "X509_VERIFY_PARAM_set1_ip_asc")]
    internal static partial int SetExpectedAddress(void* parameters, byte* address);

    [LibraryImport(Library, EntryPoint = "X509_verify_cert_error_string")]
    internal static partial byte* DescribeVerification(nint code);

    [LibraryImport(Library, EntryPoint = "ERR_peek_last_error")]
    internal static partial ulong PeekLastError();

    [LibraryImport(Library, EntryPoint = "ERR_clear_error")]
    internal static partial void ClearErrors();

    [LibraryImport(Library, EntryPoint = "ERR_reason_error_string")]
    internal static partial byte* DescribeError(ulong code);

    [LibraryImport(Library, EntryPoint = "EVP_add_digest")]
    internal static partial int AddDigest(void* algorithm);

    [LibraryImport(Library, EntryPoint = "EVP_sha1")]
    internal static partial void* Sha1Algorithm();

    [LibraryImport(Library, EntryPoint = "EVP_sha256")]
    internal static partial void* Sha256Algorithm();

    [LibraryImport(Library, EntryPoint = "EVP_sha384")]
    internal static partial void* Sha384Algorithm();

    [LibraryImport(Library, EntryPoint = "EVP_sha512")]
    internal static partial void* Sha512Algorithm();

    [LibraryImport(Library, EntryPoint = "OSSL_LIB_CTX_new")]
    internal static partial void* NewLibrary();

    [LibraryImport(Library, EntryPoint = "OSSL_PROVIDER_load")]
    internal static partial void* LoadProvider(void* library, byte* name);

    [LibraryImport(Library, EntryPoint = "OSSL_PROVIDER_add_builtin")]
    internal static partial int AddProvider(
        void* library,
        byte* name,
        delegate* unmanaged[Cdecl]<void*, LeanProvider.Dispatch*, LeanProvider.Dispatch**, void**, int> initialize);

    [LibraryImport(Library, EntryPoint = "OSSL_PROVIDER_query_operation")]
    internal static partial LeanProvider.Algorithm* QueryProvider(void* provider, int operation, int* notToBeKept);

    [LibraryImport(Library, EntryPoint = "OSSL_PROVIDER_get0_provider_ctx")]
    internal static partial void* ContextOfProvider(void* provider);

    [LibraryImport(Library, EntryPoint = "OSSL_PROVIDER_get_capabilities")]
    internal static partial int CapabilitiesOfProvider(
        void* provider, byte* kind, delegate* unmanaged[Cdecl]<LeanProvider.Parameter*, void*, int> take, void* argument);

    [LibraryImport(Library, EntryPoint = "RAND_set_DRBG_type")]
    internal static partial int SetRandomNumbers(void* library, byte* name, byte* properties, byte* cipher, byte* digest);

    [LibraryImport(Library, EntryPoint = "RAND_bytes_ex")]
    internal static partial int Random(void* library, byte* to, nuint length, uint strength);

    [LibraryImport(Library, EntryPoint = "RAND_priv_bytes_ex")]
    internal static partial int PrivateRandom(void* library, byte* to, nuint length, uint strength);

    [LibraryImport(Library, EntryPoint = "EVP_Q_digest")]
    private static partial int Digest(void* library, byte* name, byte* properties, byte* data, nuint length, byte* digest, nuint* digestLength);

    [LibraryImport(Library, EntryPoint = "EVP_Q_mac")]
    private static partial void* Mac(
        void* library,
        byte* name,
        byte* properties,
        byte* hash,
        void* parameters,
        byte* key,
        nuint keyLength,
        byte* data,
        nuint length,
        byte* to,
        nuint size,
        nuint* written);

    [LibraryImport(Library, EntryPoint = "MD5")]
    private static partial byte* HashMd5(byte* data, nuint length, byte* digest);

    private static void Succeed(bool succeeded, string algorithm)
    {
        if (!succeeded)
        {
            throw new InvalidOperationException($"OpenSSL refuses {algorithm}");
        }
    }
}
