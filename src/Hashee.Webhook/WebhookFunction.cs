using Hashee.Lambda;
using Hashee.Protocol;

namespace Hashee.Webhook;

/// <summary>The webhook's composition.</summary>
internal static class WebhookFunction
{
    private static readonly TimeSpan EarlyConnectionLimit = TimeSpan.FromSeconds(1);

    /// <summary>Reads the configuration, prepares the secrets and connects to the queue: all that INIT's full processor can do beforehand.</summary>
    /// <exception cref="ConfigurationException">Something is missing or malformed.</exception>
    public static InvocationHandler Start()
    {
        Configuration configuration = new();
        string agentId = configuration.Require("HASHEE_AGENT_ID");
        WebhookVerifier? verifier = ReadSecrets(configuration);
        HttpUrl queueUrl = configuration.RequireUrl("JOBS_QUEUE_URL");
        if (queueUrl.Text is not null && !queueUrl.Path.EndsWith(".fifo", StringComparison.Ordinal))
        {
            configuration.Malformed("JOBS_QUEUE_URL", "must end in .fifo");
        }

        SqsSettings settings = SqsSettings.Read(configuration);
        configuration.ThrowIfInvalid();

        SqsClient queue = new(settings, queueUrl);
        queue.Connect(EarlyConnectionLimit);
        return new WebhookHandler(agentId, verifier!, queue.SendMessage).Handle;
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
            configuration.Malformed(name, problem);
        }

        return verifier;
    }
}
