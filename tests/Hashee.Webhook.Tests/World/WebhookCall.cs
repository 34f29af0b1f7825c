using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hashee.Webhook.Tests.World;

/// <summary>One HTTP request to the webhook, and the Function URL event that Lambda makes of it.</summary>
internal sealed record WebhookCall
{
    public const string Signature = "X-Hashee-Signature";
    public const string Timestamp = "X-Hashee-Timestamp";
    public const string DeliveryId = "X-Hashee-Delivery-Id";
    public const string AgentId = "X-Hashee-Agent-Id";

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string Method { get; init; } = "POST";

    public string Path { get; init; } = "/";

    /// <summary>In order, a name possibly more than once.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public byte[] Body { get; init; } = [];

    /// <summary>Whether Lambda hands the body over in base64.</summary>
    public bool IsBase64Encoded { get; init; }

    public static long Now => DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    /// <summary>A call as Hashee makes and signs it (HMAC-SHA256 of the base library, not of the product).</summary>
    /// <param name="body">The event.</param>
    /// <param name="timestamp">Unix seconds; null for now.</param>
    /// <param name="deliveryId">Null for a fresh one.</param>
    /// <param name="agentId">Whom the call is for.</param>
    /// <param name="secret">The key of the HMAC.</param>
    public static WebhookCall Sign(
        byte[] body,
        long? timestamp = null,
        string? deliveryId = null,
        string agentId = RunningWebhook.AgentId,
        string secret = RunningWebhook.Secret)
    {
        string seconds = (timestamp ?? Now).ToString(CultureInfo.InvariantCulture);
        return SignText(body, seconds, deliveryId ?? Guid.NewGuid().ToString(), agentId, Encoding.UTF8.GetBytes(secret));
    }

    /// <summary>The same with a time stamp that need not be a number and a key that need not be text.</summary>
    public static WebhookCall SignText(byte[] body, string timestamp, string deliveryId, string agentId, byte[] key)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{timestamp}.{deliveryId}."), .. body];
        return new WebhookCall
        {
            Headers =
            [
                ("content-type", "application/json"),
                (Signature.ToLowerInvariant(), Convert.ToHexStringLower(HMACSHA256.HashData(key, signed))),
                (Timestamp.ToLowerInvariant(), timestamp),
                (DeliveryId.ToLowerInvariant(), deliveryId),
                (AgentId.ToLowerInvariant(), agentId),
            ],
            Body = body,
        };
    }

    public string Header(string name) => Headers.Single(header => IsNamed(header.Name, name)).Value;

    /// <summary>The call with another value of a header.</summary>
    public WebhookCall With(string name, string value) =>
        this with { Headers = [.. Headers.Select(header => IsNamed(header.Name, name) ? (header.Name, value) : header)] };

    /// <summary>The call without a header.</summary>
    public WebhookCall Without(string name) => this with { Headers = [.. Headers.Where(header => !IsNamed(header.Name, name))] };

    /// <summary>The call with one more header.</summary>
    public WebhookCall And(string name, string value) => this with { Headers = [.. Headers, (name, value)] };

    /// <summary>The call with all its header names written otherwise.</summary>
    public WebhookCall Named(Func<string, string> writing) =>
        this with { Headers = [.. Headers.Select(header => (writing(header.Name), header.Value))] };

    /// <summary>The event, payload format 2.0 ("Invoking Lambda function URLs").</summary>
    public byte[] ToEvent()
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter writer = new(bytes, Relaxed))
        {
            writer.WriteStartObject();
            writer.WriteString("version", "2.0");
            writer.WriteString("routeKey", "$default");
            writer.WriteString("rawPath", Path);
            writer.WriteString("rawQueryString", "");
            writer.WriteStartObject("headers");
            foreach ((string name, string value) in Headers)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
            writer.WriteStartObject("requestContext");
            writer.WriteString("accountId", "anonymous");
            writer.WriteStartObject("http");
            writer.WriteString("method", Method);
            writer.WriteString("path", Path);
            writer.WriteString("protocol", "HTTP/1.1");
            writer.WriteString("sourceIp", "198.51.100.7");
            writer.WriteEndObject();
            writer.WriteNumber("timeEpoch", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
            writer.WriteEndObject();
            if (IsBase64Encoded)
            {
                writer.WriteBase64String("body", Body);
            }
            else if (Body.Length > 0)
            {
                writer.WriteString("body", Body);
            }

            writer.WriteBoolean("isBase64Encoded", IsBase64Encoded);
            writer.WriteEndObject();
        }

        return bytes.ToArray();
    }

    private static bool IsNamed(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);
}
