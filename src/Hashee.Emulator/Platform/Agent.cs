using System.Security.Cryptography;
using Hashee.Protocol;

namespace Hashee.Emulator.Platform;

/// <summary>
/// A registered agent. On the real platform the private halves would exist only with the agent's owner; here they are
/// made together and handed to the worker through its environment.
/// </summary>
internal sealed class Agent : IDisposable
{
    internal Agent(string id)
    {
        Id = id;
        byte[] decryptionKey = RandomNumberGenerator.GetBytes(X25519PrivateKey.Size);
        byte[] signingKey = RandomNumberGenerator.GetBytes(Ed25519PrivateKey.Size);
        DecryptionKey = X25519PrivateKey.Import(decryptionKey);
        SigningKey = Ed25519PrivateKey.Import(signingKey);
        DecryptionKeyBase64 = Convert.ToBase64String(decryptionKey);
        SigningKeyBase64 = Convert.ToBase64String(signingKey);
    }

    public string Id { get; }

    /// <summary>What the agent shows as bearer token.</summary>
    public string Token { get; } = FreshValue.Token();

    /// <summary>The secret that signs webhook calls from now on; setting it is how a secret is rotated.</summary>
    public string WebhookSecret { get; set; } = FreshValue.Secret();

    /// <summary>Where events for the agent are posted; must be set before the first delivery.</summary>
    public Uri? WebhookUrl { get; set; }

    public X25519PrivateKey DecryptionKey { get; }

    public Ed25519PrivateKey SigningKey { get; }

    /// <summary>The value of <c>HASHEE_X25519_PRIVATE_BASE64</c>.</summary>
    public string DecryptionKeyBase64 { get; }

    /// <summary>The value of <c>HASHEE_ED25519_PRIVATE_BASE64</c>.</summary>
    public string SigningKeyBase64 { get; }

    public void Dispose()
    {
        DecryptionKey.Dispose();
        SigningKey.Dispose();
    }
}
