using Hashee.Protocol;

namespace Hashee.Emulator.Platform;

/// <summary>One of a user's devices with the key pairs only it holds.</summary>
internal sealed class Device(User owner, string id) : IDisposable
{
    public User Owner { get; } = owner;

    public string Id { get; } = id;

    /// <summary>Opens what is sealed to the device.</summary>
    public X25519PrivateKey DecryptionKey { get; } = X25519PrivateKey.Generate();

    /// <summary>Signs what the device sends.</summary>
    public Ed25519PrivateKey SigningKey { get; } = Ed25519PrivateKey.Generate();

    public void Dispose()
    {
        DecryptionKey.Dispose();
        SigningKey.Dispose();
    }
}
