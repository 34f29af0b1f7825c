namespace Hashee.Protocol;

/// <summary>How the text of a webhook secret becomes the key of its HMAC.</summary>
public enum WebhookSecretEncoding
{
    /// <summary>The key is the UTF-8 text itself.</summary>
    Utf8,

    /// <summary>The text is standard, padded base64 of the key.</summary>
    Base64,
}
