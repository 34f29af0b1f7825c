using System.Security.Cryptography;
using Hashee.Protocol;

namespace Hashee.Emulator.Platform;

/// <summary>Two key pairs nobody had before, with the raw bytes of their private halves in base64.</summary>
internal sealed class FreshKeys : IDisposable
{
    public FreshKeys()
    {
        byte[] decryption = RandomNumberGenerator.GetBytes(X25519PrivateKey.Size);
        byte[] signing = RandomNumberGenerator.GetBytes(Ed25519PrivateKey.Size);
        Decryption = X25519PrivateKey.Import(decryption);
        Signing = Ed25519PrivateKey.Import(signing);
        DecryptionBase64 = Convert.ToBase64String(decryption);
        SigningBase64 = Convert.ToBase64String(signing);
    }

    public X25519PrivateKey Decryption { get; }

    public Ed25519PrivateKey Signing { get; }

    public string DecryptionBase64 { get; }

    public string SigningBase64 { get; }

    public void Dispose()
    {
        Decryption.Dispose();
        Signing.Dispose();
    }
}
