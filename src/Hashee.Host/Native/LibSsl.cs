using System.Runtime.InteropServices;

namespace Hashee.Host.Native;

/// <summary>OpenSSL 3's libssl, loaded at the first call (macros of its headers are ctrl calls with the numbers below).</summary>
internal static unsafe partial class LibSsl
{
    internal const int SetMinimumVersion = 123;
    internal const int SetServerName = 55;
    internal const int SetMode = 33;
    internal const int ClearMode = 78;
    internal const int Tls12 = 0x0303;
    internal const int VerifyPeer = 1;

    /// <summary>SSL_MODE_ENABLE_PARTIAL_WRITE and SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER.</summary>
    internal const int WritesInParts = 0x1 | 0x2;

    /// <summary>SSL_MODE_AUTO_RETRY: SSL_read does not return for what is not data.</summary>
    internal const int ReadsUntilData = 0x4;

    internal const uint NoPartialWildcards = 4;
    internal const uint NeverCheckSubject = 0x20;
    internal const int VerificationSucceeded = 0;

    internal const int WantsRead = 2;
    internal const int WantsWrite = 3;
    internal const int SystemCallFailed = 5;
    internal const int EndOfStream = 6;

    /// <summary>OPENSSL_INIT_NO_LOAD_SSL_STRINGS, NO_LOAD_CONFIG, NO_ADD_ALL_DIGESTS, NO_ADD_ALL_CIPHERS and NO_LOAD_CRYPTO_STRINGS; and
    /// NO_ATEXIT, because .NET's threads may still be in OpenSSL when the process ends.</summary>
    internal const ulong Lean = 0x100000 | 0x80000 | 0x80 | 0x20 | 0x10 | 0x1;

    /// <summary>Security level 2: RSA of 2048 bits, curves of 224 bits, no SHA-1 in signatures (SSL_CTX_set_security_level(3)).</summary>
    internal const int Bits112 = 2;

    private const string Library = "libssl.so.3";

    /// <summary>The text of a TLS error, or null when OpenSSL has none; loads the texts.</summary>
    internal static byte* DescribeError(ulong code)
    {
        _ = LoadErrorTexts();
        return LibCrypto.DescribeError(code);
    }

    [LibraryImport(Library, EntryPoint = "OPENSSL_init_ssl")]
    internal static partial int Initialize(ulong options, void* settings);

    [LibraryImport(Library, EntryPoint = "ERR_load_SSL_strings")]
    private static partial int LoadErrorTexts();

    [LibraryImport(Library, EntryPoint = "TLS_client_method")]
    internal static partial void* ClientMethod();

    [LibraryImport(Library, EntryPoint = "SSL_CTX_new_ex")]
    internal static partial void* NewContext(void* library, byte* properties, void* method);

    [LibraryImport(Library, EntryPoint = "SSL_CTX_free")]
    internal static partial void FreeContext(void* context);

    [LibraryImport(Library, EntryPoint = "SSL_CTX_ctrl")]
    internal static partial nint ControlContext(void* context, int command, nint number, void* pointer);

    [LibraryImport(Library, EntryPoint = "SSL_CTX_set_security_level")]
    internal static partial void SetSecurityLevel(void* context, int level);

    [LibraryImport(Library, EntryPoint = "SSL_CTX_set_verify")]
    internal static partial void SetVerification(void* context, int mode, void* callback);

    [LibraryImport(Library, EntryPoint = "SSL_CTX_set_cert_verify_callback")]
    internal static partial void SetCertificateVerification(void* context, delegate* unmanaged[Cdecl]<void*, void*, int> verify, void* argument);

    /// <summary>Certificates by their subject's hash, each read when it is looked for.</summary>
    [LibraryImport(Library, EntryPoint = "SSL_CTX_load_verify_dir")]
    internal static partial int AddFolder(void* context, byte* path);

    [LibraryImport(Library, EntryPoint = "SSL_new")]
    internal static partial void* NewSession(void* context);

    [LibraryImport(Library, EntryPoint = "SSL_free")]
    internal static partial void FreeSession(void* session);

    [LibraryImport(Library, EntryPoint = "SSL_ctrl")]
    internal static partial nint ControlSession(void* session, int command, nint number, void* pointer);

    [LibraryImport(Library, EntryPoint = "SSL_set_hostflags")]
    internal static partial void SetHostFlags(void* session, uint flags);

    [LibraryImport(Library, EntryPoint = "SSL_set1_host")]
    internal static partial int SetExpectedHost(void* session, byte* host);

    [LibraryImport(Library, EntryPoint = "SSL_get0_param")]
    internal static partial void* VerificationParameters(void* session);

    [LibraryImport(Library, EntryPoint = "SSL_set_fd")]
    internal static partial int SetDescriptor(void* session, int descriptor);

    [LibraryImport(Library, EntryPoint = "SSL_connect", SetLastError = true)]
    internal static partial int Connect(void* session);

    [LibraryImport(Library, EntryPoint = "SSL_read", SetLastError = true)]
    internal static partial int Read(void* session, byte* buffer, int length);

    [LibraryImport(Library, EntryPoint = "SSL_peek", SetLastError = true)]
    internal static partial int Peek(void* session, byte* buffer, int length);

    [LibraryImport(Library, EntryPoint = "SSL_write", SetLastError = true)]
    internal static partial int Write(void* session, byte* buffer, int length);

    [LibraryImport(Library, EntryPoint = "SSL_shutdown")]
    internal static partial int Shutdown(void* session);

    [LibraryImport(Library, EntryPoint = "SSL_get_error")]
    internal static partial int ErrorOf(void* session, int result);

    [LibraryImport(Library, EntryPoint = "SSL_get_verify_result")]
    internal static partial nint VerificationResult(void* session);
}
