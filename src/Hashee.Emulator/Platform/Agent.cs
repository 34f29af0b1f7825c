using Hashee.Protocol;

namespace Hashee.Emulator.Platform;

/// <summary>
/// A registered agent. On the real platform the private halves would exist only with the agent's owner; here they are
/// made together and handed to the worker through its environment.
/// </summary>
internal sealed class Agent : IDisposable
{
    private readonly FreshKeys _keys = new();

    internal Agent(string id) => Id = id;

    public string Id { get; }

    /// <summary>What the agent shows as bearer token.</summary>
    public string Token { get; } = FreshValue.Token();

    /// <summary>The secret that signs webhook calls from now on; setting it is how a secret is rotated.</summary>
    public string WebhookSecret { get; set; } = FreshValue.Secret();

    /// <summary>Where events for the agent are posted; must be set before the first delivery.</summary>
    public Uri? WebhookUrl { get; set; }

    public X25519PrivateKey DecryptionKey => _keys.Decryption;

    public Ed25519PrivateKey SigningKey => _keys.Signing;

    /// <summary>The value of <c>HASHEE_X25519_PRIVATE_BASE64</c>.</summary>
    public string DecryptionKeyBase64 => _keys.DecryptionBase64;

    /// <summary>The value of <c>HASHEE_ED25519_PRIVATE_BASE64</c>.</summary>
    public string SigningKeyBase64 => _keys.SigningBase64;

    public void Dispose() => _keys.Dispose();
}
