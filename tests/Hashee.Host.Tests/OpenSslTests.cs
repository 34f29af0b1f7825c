using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Hashee.Host.Native;

namespace Hashee.Host.Tests;

/// <summary>What of OpenSSL is there, and what happens when it is not as expected.</summary>
public sealed unsafe class OpenSslTests
{
    private static readonly nint Library = NativeLibrary.Load("libcrypto.so.3");

    private static bool IsSwitchedOff => EnvironmentVariables.GetString(OpenSsl.Variable) == OpenSsl.Default;

    public static TheoryData<int, string, string> Operations { get; } = new()
    {
        { 1, "EVP_MD", "SHA1 SHA2-256 SHA2-384 SHA2-512" },
        { 2, "EVP_CIPHER", "AES-128-CBC AES-128-GCM AES-256-CBC AES-256-GCM ChaCha20-Poly1305" },
        { 3, "EVP_MAC", "HMAC" },
        { 4, "EVP_KDF", "HKDF TLS1-PRF TLS13-KDF" },
        { 5, "EVP_RAND", "HASH-DRBG SEED-SRC" },
        { 10, "EVP_KEYMGMT", "DH EC ED25519 HMAC RSA RSA-PSS X25519 X25519MLKEM768" },
        { 11, "EVP_KEYEXCH", "DH ECDH X25519" },
        { 12, "EVP_SIGNATURE", "ECDSA ED25519 HMAC RSA" },
        { 13, "EVP_ASYM_CIPHER", "RSA" },
        { 14, "EVP_KEM", "X25519MLKEM768" },
        { 20, "OSSL_ENCODER", "" },
        { 21, "OSSL_DECODER", "EC ED25519 RSA RSA-PSS" },
    };

    [Fact]
    public void The_lean_provider_is_used_unless_the_switch_is_set()
    {
        Assert.Equal(IsSwitchedOff, OpenSsl.Library == null);
        Assert.False(OpenSsl.HasFallenBack);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void OpenSSL_finds_what_is_listed_and_nothing_else(int operation, string kind, string expected)
    {
        void* library = LeanProvider.TryMakeLibrary("default\0"u8);

        // OpenSSL 3.5 brought ML-KEM.
        string listed = NamesOf(library, kind);
        Assert.Equal(Without(expected), Without(listed));
        Assert.Equal(expected, Sorted(Encoding.ASCII.GetString(LeanProvider.NamesOf(operation)).Split(' ', StringSplitOptions.RemoveEmptyEntries)));

        static string Without(string names) => names.Replace("X25519MLKEM768", "", StringComparison.Ordinal).Trim();
    }

    [Theory]
    [InlineData("nowhere\0")]
    [InlineData("null\0")]
    [InlineData("base\0")]
    public void A_provider_that_is_missing_or_has_not_all_of_it_is_not_used(string source) =>
        Assert.True(LeanProvider.TryMakeLibrary(Encoding.ASCII.GetBytes(source)) == null);

    [Fact]
    public void Random_numbers_differ()
    {
        Span<byte> one = stackalloc byte[32];
        Span<byte> other = stackalloc byte[32];
        fixed (byte* first = one, second = other)
        {
            Assert.Equal(1, LibCrypto.Random(OpenSsl.Library, first, 32, 0));
            Assert.Equal(1, LibCrypto.Random(OpenSsl.Library, second, 32, 0));
        }

        Assert.False(one.SequenceEqual(other));
    }

    [Fact]
    public void Whoever_comes_first_all_get_the_same_library_context()
    {
        nint[] seen = new nint[64];

        Parallel.For(0, seen.Length, i => seen[i] = (nint)OpenSsl.Library);

        Assert.Single(seen.Distinct());
    }

    [Fact]
    public void Hashes_are_the_same_whoever_makes_them()
    {
        byte[] data = Encoding.ASCII.GetBytes("abc");
        byte[] digest = new byte[32];

        LibCrypto.Sha256(data, digest);
        Assert.Equal(System.Security.Cryptography.SHA256.HashData(data), digest);
        LibCrypto.HmacSha256(data, data, digest);
        Assert.Equal(System.Security.Cryptography.HMACSHA256.HashData(data, data), digest);
        LibCrypto.HmacSha256([], [], digest);
        Assert.Equal(System.Security.Cryptography.HMACSHA256.HashData([], []), digest);
    }

    /// <summary>What a library context's providers offer of one kind, by its first names.</summary>
    private static string NamesOf(void* library, string kind)
    {
        Names names = new((delegate* unmanaged[Cdecl]<void*, byte*>)NativeLibrary.GetExport(Library, $"{kind}_get0_name"));
        GCHandle handle = GCHandle.Alloc(names);
        nint visit = NativeLibrary.GetExport(Library, $"{kind}_do_all_provided");
        ((delegate* unmanaged[Cdecl]<void*, delegate* unmanaged[Cdecl]<void*, void*, void>, void*, void>)visit)(
            library, &Add, (void*)GCHandle.ToIntPtr(handle));
        handle.Free();
        return Sorted(names.Found);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Add(void* method, void* names)
    {
        Names list = (Names)GCHandle.FromIntPtr((nint)names).Target!;
        list.Found.Add(NullTerminated.ReadString(list.NameOf(method)));
    }

    private static string Sorted(IEnumerable<string> names) => string.Join(' ', names.Order(StringComparer.Ordinal));

    private sealed class Names(delegate* unmanaged[Cdecl]<void*, byte*> nameOf)
    {
        internal List<string> Found { get; } = [];

        internal delegate* unmanaged[Cdecl]<void*, byte*> NameOf => nameOf;
    }
}
