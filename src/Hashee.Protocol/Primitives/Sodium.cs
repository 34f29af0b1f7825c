using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace Hashee.Protocol;

// libsodium 1.0.18 or newer. Linked statically into a native binary; found as a shared library everywhere else.
internal static partial class Sodium
{
    private const string Library = "libsodium";

    static Sodium()
    {
        if (RuntimeFeature.IsDynamicCodeSupported)
        {
            NativeLibrary.SetDllImportResolver(typeof(Sodium).Assembly, FindSharedLibrary);
        }

        if (sodium_init() < 0)
        {
            throw new InvalidOperationException("libsodium cannot be used on this machine: sodium_init failed.");
        }
    }

    private static nint FindSharedLibrary(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library)
        {
            return 0;
        }

        // The system's own before any copy that a package brings along: NSec's lies beside the tests as their second opinion.
        foreach (string candidate in (ReadOnlySpan<string>)["libsodium.so.26", "libsodium.so.23", "libsodium"])
        {
            if (NativeLibrary.TryLoad(candidate, assembly, path, out nint handle))
            {
                return handle;
            }
        }

        throw new DllNotFoundException("libsodium is not installed: install the package libsodium23 (Debian 12) or libsodium-dev.");
    }

    [LibraryImport(Library)]
    private static partial int sodium_init();

    [LibraryImport(Library)]
    internal static partial nint sodium_malloc(nuint size);

    [LibraryImport(Library)]
    internal static partial void sodium_free(nint pointer);

    [LibraryImport(Library)]
    internal static partial int sodium_mprotect_readonly(GuardedMemory memory);

    [LibraryImport(Library)]
    internal static partial int sodium_memcmp(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, nuint length);

    [LibraryImport(Library)]
    internal static partial int sodium_memcmp(GuardedMemory a, GuardedMemory b, nuint length);

    [LibraryImport(Library)]
    internal static partial void sodium_memzero(Span<byte> memory, nuint length);

    [LibraryImport(Library)]
    internal static partial void randombytes_buf(Span<byte> buffer, nuint size);

    [LibraryImport(Library)]
    internal static partial int crypto_hash_sha256(Span<byte> hash, ReadOnlySpan<byte> message, ulong messageLength);

    [LibraryImport(Library)]
    internal static partial nuint crypto_auth_hmacsha256_statebytes();

    [LibraryImport(Library)]
    internal static partial int crypto_auth_hmacsha256_init(Span<byte> state, ReadOnlySpan<byte> key, nuint keyLength);

    [LibraryImport(Library)]
    internal static partial int crypto_auth_hmacsha256_update(Span<byte> state, ReadOnlySpan<byte> message, ulong messageLength);

    [LibraryImport(Library)]
    internal static partial int crypto_auth_hmacsha256_final(Span<byte> state, Span<byte> mac);

    [LibraryImport(Library)]
    internal static partial int crypto_scalarmult_curve25519(Span<byte> q, GuardedMemory n, ReadOnlySpan<byte> p);

    [LibraryImport(Library)]
    internal static partial int crypto_scalarmult_curve25519(Span<byte> q, ReadOnlySpan<byte> n, ReadOnlySpan<byte> p);

    [LibraryImport(Library)]
    internal static partial int crypto_scalarmult_curve25519_base(Span<byte> q, GuardedMemory n);

    [LibraryImport(Library)]
    internal static partial int crypto_scalarmult_curve25519_base(Span<byte> q, ReadOnlySpan<byte> n);

    [LibraryImport(Library)]
    internal static partial int crypto_sign_ed25519_seed_keypair(Span<byte> publicKey, Span<byte> secretKey, ReadOnlySpan<byte> seed);

    [LibraryImport(Library)]
    internal static partial int crypto_sign_ed25519_detached(
        Span<byte> signature, nint signatureLength, ReadOnlySpan<byte> message, ulong messageLength, GuardedMemory secretKey);

    [LibraryImport(Library)]
    internal static partial int crypto_sign_ed25519_verify_detached(
        ReadOnlySpan<byte> signature, ReadOnlySpan<byte> message, ulong messageLength, ReadOnlySpan<byte> publicKey);

    [LibraryImport(Library)]
    internal static partial int crypto_aead_aes256gcm_is_available();

    [LibraryImport(Library)]
    internal static partial int crypto_aead_aes256gcm_encrypt(
        Span<byte> ciphertext, nint ciphertextLength, ReadOnlySpan<byte> plaintext, ulong plaintextLength,
        ReadOnlySpan<byte> associatedData, ulong associatedDataLength, nint secretNonce, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> key);

    [LibraryImport(Library)]
    internal static partial int crypto_aead_aes256gcm_decrypt(
        Span<byte> plaintext, nint plaintextLength, nint secretNonce, ReadOnlySpan<byte> ciphertext, ulong ciphertextLength,
        ReadOnlySpan<byte> associatedData, ulong associatedDataLength, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> key);

    // The three that every caller wants without a length beside the span.

    internal static bool FixedTimeEquals(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) =>
        a.Length == b.Length && sodium_memcmp(a, b, (nuint)a.Length) == 0;

    internal static void Wipe(Span<byte> memory) => sodium_memzero(memory, (nuint)memory.Length);

    internal static void FillRandom(Span<byte> buffer) => randombytes_buf(buffer, (nuint)buffer.Length);
}
