using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hashee.Host.Native;

/// <summary>
/// A provider of OpenSSL (provider(7), provider-base(7)) that hands on, unchanged, what a TLS client needs of the default provider. OpenSSL
/// makes a method of everything that a library context's providers offer, some hundreds of things, before it uses the first: half of a
/// first handshake's work. Everything here lives as long as the process, since OpenSSL keeps pointers to it.
/// </summary>
internal static unsafe class LeanProvider
{
    private const int Operations = 32;
    private const int MostAlgorithms = 64;

    private const int Digests = 1;
    private const int Ciphers = 2;
    private const int Macs = 3;
    private const int KeyDerivations = 4;
    private const int RandomNumbers = 5;
    private const int Keys = 10;
    private const int KeyExchanges = 11;
    private const int Signatures = 12;
    private const int AsymmetricCiphers = 13;
    private const int KeyEncapsulations = 14;
    private const int Decoders = 21;

    private const int QueryOperation = 1027;
    private const int GetCapabilities = 1030;

    private static void* s_provider;
    private static Tables* s_tables;

    /// <summary>The groups of the handshake, by the names that OpenSSL's TLS knows them by.</summary>
    internal static ReadOnlySpan<byte> Groups => " x25519 secp256r1 secp384r1 secp521r1 X25519MLKEM768 "u8;

    /// <summary>
    /// The first names of what is handed on: TLS 1.2 and 1.3 with every cipher that browsers still speak, certificates with RSA, ECDSA and
    /// Ed25519; SHA-1 names certificates. The random numbers are Hash_DRBG's (NIST SP 800-90A) in place of CTR_DRBG's: it takes a hash, where
    /// the other one makes OpenSSL look through all its ciphers.
    /// </summary>
    internal static ReadOnlySpan<byte> NamesOf(int operation) => operation switch
    {
        Digests => " SHA1 SHA2-256 SHA2-384 SHA2-512 "u8,
        Ciphers => " AES-256-GCM AES-128-GCM ChaCha20-Poly1305 AES-256-CBC AES-128-CBC "u8,
        Macs => " HMAC "u8,
        KeyDerivations => " HKDF TLS13-KDF TLS1-PRF "u8,
        RandomNumbers => " HASH-DRBG SEED-SRC "u8,
        Keys => " RSA RSA-PSS EC X25519 ED25519 DH HMAC X25519MLKEM768 "u8,
        KeyExchanges => " ECDH X25519 DH "u8,
        Signatures => " RSA ECDSA ED25519 HMAC "u8,
        AsymmetricCiphers => " RSA "u8,
        KeyEncapsulations => " X25519MLKEM768 "u8,
        Decoders => " RSA RSA-PSS EC ED25519 "u8,
        _ => default,
    };

    /// <summary>Makes a library context that has this provider and no other.</summary>
    /// <param name="source">The name of the provider to take from, with its NUL.</param>
    /// <returns>Null when this OpenSSL's provider is not as expected.</returns>
    internal static void* TryMakeLibrary(ReadOnlySpan<byte> source)
    {
        try
        {
            fixed (byte* name = source)
            {
                return TryMakeLibrary(name);
            }
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }

    private static void* TryMakeLibrary(byte* source)
    {
        // What the provider looks up for its own use it finds in the library context that it was loaded into: so that has all of it, and is never freed.
        void* whole = LibCrypto.NewLibrary();
        void* library = LibCrypto.NewLibrary();
        void* provider = LibCrypto.LoadProvider(whole, source);
        if (provider == null || library == null || !TryTakeFrom(provider))
        {
            return null;
        }

        fixed (byte* name = "hashee\0"u8, random = "HASH-DRBG\0"u8, digest = "SHA2-256\0"u8)
        {
            byte probe;
            return LibCrypto.AddProvider(library, name, &Initialize) == 1
                && LibCrypto.LoadProvider(library, name) != null
                && LibCrypto.SetRandomNumbers(whole, random, null, null, digest) == 1
                && LibCrypto.SetRandomNumbers(library, random, null, null, digest) == 1
                && LibCrypto.PrivateRandom(whole, &probe, 1, 0) == 1
                && LibCrypto.Random(library, &probe, 1, 0) == 1
                ? library
                : null;
        }
    }

    private static bool TryTakeFrom(void* provider)
    {
        Tables* tables = (Tables*)NativeMemory.AllocZeroed((nuint)sizeof(Tables));
        Algorithm* next = (Algorithm*)tables->Algorithms;
        Algorithm* last = next + (MostAlgorithms - 1);
        for (int operation = 0; operation < Operations; operation++)
        {
            ReadOnlySpan<byte> names = NamesOf(operation);
            if (names.IsEmpty)
            {
                continue;
            }

            int notToBeKept = 0;
            Algorithm* from = LibCrypto.QueryProvider(provider, operation, &notToBeKept);
            if (notToBeKept != 0)
            {
                return false;
            }

            Algorithm* first = next;
            for (; from != null && from->Names != null; from++)
            {
                if (Has(names, from->Names) && (operation != Decoders || IsOfPublicKeys(from->Properties)))
                {
                    if (next == last)
                    {
                        return false;
                    }

                    *next++ = *from;
                }
            }

            // Only what is new in OpenSSL 3.5 may be missing. The entry behind the last is empty.
            if (next - first < Count(names) - (operation is Keys or KeyEncapsulations ? 1 : 0) || next == last)
            {
                return false;
            }

            ((Algorithm**)tables->Operations)[operation] = first;
            next++;
        }

        Dispatch* dispatch = (Dispatch*)tables->Dispatch;
        dispatch[0] = new Dispatch { Function = QueryOperation, Address = (delegate* unmanaged[Cdecl]<void*, int, int*, Algorithm*>)&Query };
        dispatch[1] = new Dispatch
        {
            Function = GetCapabilities,
            Address = (delegate* unmanaged[Cdecl]<void*, byte*, delegate* unmanaged[Cdecl]<Parameter*, void*, int>, void*, int>)&Capabilities,
        };
        s_provider = provider;
        s_tables = tables;
        return true;
    }

    /// <summary>Whether the first of an algorithm's names, which colons separate, is listed.</summary>
    private static bool Has(ReadOnlySpan<byte> list, byte* names)
    {
        ReadOnlySpan<byte> name = NullTerminated.Read(names);
        int end = name.IndexOf((byte)':');
        name = end < 0 ? name : name[..end];
        for (int i = 0; list[i..].IndexOf(name) is var at and >= 0; i += at + 1)
        {
            if (name.Length > 0 && list[i + at - 1] == (byte)' ' && list[i + at + name.Length] == (byte)' ')
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsOfPublicKeys(byte* properties)
    {
        ReadOnlySpan<byte> text = properties == null ? default : NullTerminated.Read(properties);
        return text.IndexOf("input=der"u8) >= 0 && text.IndexOf("structure=SubjectPublicKeyInfo"u8) >= 0;
    }

    private static int Count(ReadOnlySpan<byte> list)
    {
        int count = -1;
        foreach (byte character in list)
        {
            count += character == (byte)' ' ? 1 : 0;
        }

        return count;
    }

    /// <summary>OSSL_provider_init: the algorithms are called with the context that their own provider gave them.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Initialize(void* handle, Dispatch* core, Dispatch** dispatch, void** context)
    {
        *dispatch = (Dispatch*)s_tables->Dispatch;
        *context = LibCrypto.ContextOfProvider(s_provider);
        return 1;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Algorithm* Query(void* context, int operation, int* notToBeKept)
    {
        *notToBeKept = 0;
        return (uint)operation < Operations ? ((Algorithm**)s_tables->Operations)[operation] : null;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Capabilities(void* context, byte* kind, delegate* unmanaged[Cdecl]<Parameter*, void*, int> take, void* argument)
    {
        if (!NullTerminated.Read(kind).SequenceEqual("TLS-GROUP"u8))
        {
            return 1;
        }

        Taker taker = new() { Take = take, Argument = argument };
        return LibCrypto.CapabilitiesOfProvider(s_provider, kind, &TakeGroup, &taker);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int TakeGroup(Parameter* group, void* taker)
    {
        for (Parameter* parameter = group; parameter->Key != null; parameter++)
        {
            if (NullTerminated.Read(parameter->Key).SequenceEqual("tls-group-name"u8) && Has(Groups, (byte*)parameter->Data))
            {
                return ((Taker*)taker)->Take(group, ((Taker*)taker)->Argument);
            }
        }

        return 1;
    }

    /// <summary>OSSL_ALGORITHM.</summary>
    internal struct Algorithm
    {
        internal byte* Names;
        internal byte* Properties;
        internal void* Implementation;
        internal byte* Description;
    }

    /// <summary>OSSL_DISPATCH.</summary>
    internal struct Dispatch
    {
        internal int Function;
        internal void* Address;
    }

    /// <summary>OSSL_PARAM.</summary>
    internal struct Parameter
    {
        internal byte* Key;
        internal uint Type;
        internal void* Data;
        internal nuint Size;
        internal nuint ReturnedSize;
    }

    private struct Taker
    {
        internal delegate* unmanaged[Cdecl]<Parameter*, void*, int> Take;
        internal void* Argument;
    }

    /// <summary>Each part ends with an empty entry: by operation, where its algorithms begin; all algorithms; this provider's two functions.</summary>
    private struct Tables
    {
        internal fixed ulong Operations[LeanProvider.Operations];
        internal fixed ulong Algorithms[4 * MostAlgorithms];
        internal fixed ulong Dispatch[2 * 3];
    }
}
