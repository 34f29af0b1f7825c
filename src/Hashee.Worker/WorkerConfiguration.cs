using Hashee.Lambda;
using Hashee.Protocol;

namespace Hashee.Worker;

/// <summary>The worker's configuration, keys imported.</summary>
internal sealed record WorkerConfiguration(
    string AgentId, string AgentToken, X25519PrivateKey EncryptionKey, Ed25519PrivateKey SigningKey, string BaseUrl, bool VerifySender, bool SealReplies)
{
    private const string DefaultBaseUrl = "https://api.hashee.ai";

    /// <summary>Reads the environment.</summary>
    /// <param name="configuration">Collects what is missing or malformed.</param>
    /// <returns>Unusable unless <see cref="Configuration.ThrowIfInvalid"/> finds nothing.</returns>
    public static WorkerConfiguration Read(Configuration configuration)
    {
        string agentId = configuration.Require("HASHEE_AGENT_ID");
        if (agentId is "." or "..")
        {
            configuration.Malformed("HASHEE_AGENT_ID", "must be an agent's id");
        }

        const string encryptionKeyName = "HASHEE_X25519_PRIVATE_BASE64";
        ReadOnlySpan<byte> encryptionKeyText = configuration.RequireBytes(encryptionKeyName);
        if (!X25519PrivateKey.TryImportBase64(encryptionKeyText, out X25519PrivateKey? encryptionKey) && !encryptionKeyText.IsEmpty)
        {
            configuration.Malformed(encryptionKeyName, "must be the base64 of 32 bytes");
        }

        const string signingKeyName = "HASHEE_ED25519_PRIVATE_BASE64";
        ReadOnlySpan<byte> signingKeyText = configuration.RequireBytes(signingKeyName);
        if (!Ed25519PrivateKey.TryImportBase64(signingKeyText, out Ed25519PrivateKey? signingKey) && !signingKeyText.IsEmpty)
        {
            configuration.Malformed(signingKeyName, "must be the base64 of a seed of 32 bytes, or of the seed and its own public key");
        }

        return new WorkerConfiguration(
            agentId,
            configuration.Require("HASHEE_AGENT_TOKEN"),
            encryptionKey!,
            signingKey!,
            configuration.UrlOrDefault("HASHEE_BASE_URL", DefaultBaseUrl).Text,
            configuration.OneOf("HASHEE_SENDER_SIGNATURE", "required", "off") == "required",
            configuration.OneOf("HASHEE_REPLY", "plain", "sealed") == "sealed");
    }
}
