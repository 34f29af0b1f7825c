namespace Hashee.Host.Native;

/// <summary>How OpenSSL is used in this process: with a provider of our own, or as it comes.</summary>
internal static unsafe class OpenSsl
{
    /// <summary>The environment variable that chooses: <see cref="Lean"/> (also when it is missing) or <see cref="Default"/>.</summary>
    internal const string Variable = "HASHEE_TLS_PROVIDER";

    internal const string Lean = "lean";
    internal const string Default = "default";

    private static readonly Lock Gate = new();
    private static bool s_isStarted;
    private static void* s_library;

    /// <summary>The library context (OSSL_LIB_CTX) of everything that is done here; null is OpenSSL's own.</summary>
    internal static void* Library
    {
        get
        {
            lock (Gate)
            {
                if (!s_isStarted)
                {
                    Start();
                    s_isStarted = true;
                }

                return s_library;
            }
        }
    }

    /// <summary>Whether the lean provider was wanted and could not be had.</summary>
    internal static bool HasFallenBack { get; private set; }

    /// <summary>From now on with OpenSSL's own library context. What was made with the other one goes on with it.</summary>
    internal static void FallBack()
    {
        _ = Library;
        lock (Gate)
        {
            s_library = null;
            HasFallenBack = true;
        }
    }

    /// <summary>
    /// Leaves out what costs OpenSSL a third of its start and a TLS client nothing to miss: some thousand texts of errors, which are loaded when one is
    /// shown; openssl.cnf, in place of which <see cref="Transport.TlsContext"/> says what it wants; and the table of every algorithm by name, of which only the
    /// digests of certificate signatures are looked up. OpenSSL starts once in a process: where .NET's own TLS has started it before, as in a function that
    /// connects with HttpClient first, this changes nothing.
    /// </summary>
    private static void Start()
    {
        _ = LibSsl.Initialize(LibSsl.Lean, null);
        _ = LibCrypto.AddDigest(LibCrypto.Sha1Algorithm());
        _ = LibCrypto.AddDigest(LibCrypto.Sha256Algorithm());
        _ = LibCrypto.AddDigest(LibCrypto.Sha384Algorithm());
        _ = LibCrypto.AddDigest(LibCrypto.Sha512Algorithm());
        if (EnvironmentVariables.GetString(Variable) != Default)
        {
            s_library = LeanProvider.TryMakeLibrary("default\0"u8);
            HasFallenBack = s_library == null;
            LibCrypto.ClearErrors();
        }
    }
}
