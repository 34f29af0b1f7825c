using System.Buffers;
using System.Text;
using Hashee.Host;
using Hashee.Protocol;

namespace Hashee.Agents.Platform;

/// <summary>The worker's configuration, keys imported.</summary>
internal sealed record HasheeConfiguration(
    string AgentId,
    string AgentToken,
    X25519PrivateKey EncryptionKey,
    Ed25519PrivateKey SigningKey,
    string BaseUrl,
    bool VerifySender,
    bool SealReplies,
    TimeSpan KeysKeptFor)
{
    private const string DefaultBaseUrl = "https://api.hashee.ai";

    /// <summary>Bytes of UTF-8 that an id may have in an envelope.</summary>
    private const int LongestId = 255;

    /// <summary>RFC 6750, section 2.1.</summary>
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=");

    /// <summary>Reads the environment.</summary>
    /// <param name="configuration">Collects what is missing or malformed.</param>
    /// <returns>Unusable unless <see cref="Configuration.ThrowIfInvalid"/> finds nothing.</returns>
    public static HasheeConfiguration Read(Configuration configuration)
    {
        string agentId = configuration.Require("HASHEE_AGENT_ID");
        if (agentId is "." or ".." || Encoding.UTF8.GetByteCount(agentId) > LongestId)
        {
            configuration.Malformed("HASHEE_AGENT_ID", $"must be an agent's id, of at most {LongestId} bytes and neither . nor ..");
        }

        string agentToken = configuration.Require("HASHEE_AGENT_TOKEN");
        if (agentToken.AsSpan().ContainsAnyExcept(TokenCharacters))
        {
            configuration.Malformed("HASHEE_AGENT_TOKEN", "must be a bearer token: letters, digits and - . _ ~ + / = only");
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

        const string baseUrlName = "HASHEE_BASE_URL";
        string? baseUrl = configuration.UrlOrDefault(baseUrlName, DefaultBaseUrl).Text;
        if (baseUrl is not null && !Uri.IsWellFormedUriString(baseUrl, UriKind.Absolute))
        {
            configuration.Malformed(baseUrlName, "must be a well-formed URL");
        }

        return new HasheeConfiguration(
            agentId,
            agentToken,
            encryptionKey!,
            signingKey!,
            baseUrl!,
            configuration.OneOf("HASHEE_SENDER_SIGNATURE", "required", "off") == "required",
            configuration.OneOf("HASHEE_REPLY", "plain", "sealed") == "sealed",
            TimeSpan.FromSeconds(configuration.WholeNumber("HASHEE_KEY_CACHE_SECONDS", 300, 0, 3_600)));
    }

    /// <summary>The agent's id, never its token.</summary>
    public override string ToString() => $"worker of agent {AgentId}";
}
