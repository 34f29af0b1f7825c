using Hashee.Aws;
using Hashee.Host;
using Hashee.Lambda;
using Hashee.Protocol;

namespace Hashee.Webhook;

/// <summary>The webhook's composition.</summary>
internal static class WebhookFunction
{
    private static readonly TimeSpan EarlyConnectionLimit = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Reads the configuration, prepares the secrets and connects to the queue: all that INIT's full processor can do beforehand.
    /// </summary>
    /// <exception cref="ConfigurationException">Something is missing or malformed.</exception>
    public static InvocationHandler Start()
    {
        Configuration configuration = new();
        ReadOnlySpan<byte> agentId = ReadAgentId(configuration);
        WebhookVerifier? verifier = ReadSecrets(configuration);
        HttpUrl queueUrl = configuration.RequireUrl("JOBS_QUEUE_URL");
        if (queueUrl.Text is not null && !queueUrl.Path.EndsWith(".fifo", StringComparison.Ordinal))
        {
            configuration.Malformed("JOBS_QUEUE_URL", "must end in .fifo");
        }

        AwsSettings settings = AwsSettings.Read(configuration);
        Origin? endpoint = AwsEndpoint.Read(configuration, "AWS_ENDPOINT_URL_SQS");
        bool connectsEarly = configuration.OneOf("HASHEE_EARLY_CONNECTION", "on", "off") == "on";
        _ = configuration.OneOf("HASHEE_TLS_PROVIDER", "lean", "default");
        configuration.ThrowIfInvalid();

        SqsClient queue = new(settings, queueUrl, endpoint);
        if (connectsEarly)
        {
            queue.Connect(EarlyConnectionLimit);
        }

        return new WebhookHandler(agentId.ToArray(), verifier!, queue.SendMessage, static () => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()).Handle;
    }

    /// <summary>An id that no call could carry would refuse every call.</summary>
    private static ReadOnlySpan<byte> ReadAgentId(Configuration configuration)
    {
        const string name = "HASHEE_AGENT_ID";
        ReadOnlySpan<byte> agentId = configuration.RequireBytes(name);
        if (!agentId.IsEmpty && !WebhookHeaders.IsId(agentId))
        {
            configuration.Malformed(name, "must be at most 512 characters, without commas and control characters");
        }

        return agentId;
    }

    private static WebhookVerifier? ReadSecrets(Configuration configuration)
    {
        const string name = "HASHEE_WEBHOOK_SECRET";
        ReadOnlySpan<byte> secrets = configuration.RequireBytes(name);
        WebhookSecretEncoding encoding = configuration.OneOf("HASHEE_WEBHOOK_SECRET_ENCODING", "utf8", "base64") == "base64"
            ? WebhookSecretEncoding.Base64
            : WebhookSecretEncoding.Utf8;
        if (!WebhookVerifier.TryCreate(secrets, encoding, out WebhookVerifier? verifier, out string? problem) && !secrets.IsEmpty)
        {
            configuration.Malformed(name, $"must hold one secret or several, each of 16 bytes or more ({problem})");
        }

        return verifier;
    }
}
