using Hashee.Protocol;

namespace Hashee.Emulator.Platform;

/// <summary>One of a user's devices with the key pairs only it holds.</summary>
internal sealed class Device : IDisposable
{
    private readonly FreshKeys _keys = new();

    internal Device(User owner, string id)
    {
        Owner = owner;
        Id = id;
    }

    public User Owner { get; }

    public string Id { get; }

    /// <summary>Opens what is sealed to the device.</summary>
    public X25519PrivateKey DecryptionKey => _keys.Decryption;

    /// <summary>Signs what the device sends.</summary>
    public Ed25519PrivateKey SigningKey => _keys.Signing;

    /// <summary>The raw bytes of <see cref="DecryptionKey"/>.</summary>
    public string DecryptionKeyBase64 => _keys.DecryptionBase64;

    /// <summary>The raw bytes of <see cref="SigningKey"/>.</summary>
    public string SigningKeyBase64 => _keys.SigningBase64;

    public void Dispose() => _keys.Dispose();
}
