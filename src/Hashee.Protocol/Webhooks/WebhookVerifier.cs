using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace Hashee.Protocol;

/// <summary>Verifies webhook calls against one secret or several, which is how a secret is rotated with no lost call.</summary>
/// <remarks>The secrets are prepared once, in guarded memory that is wiped on dispose. Safe for concurrent use.</remarks>
public sealed class WebhookVerifier : IDisposable
{
    /// <summary>The smallest length of a secret in bytes, after decoding.</summary>
    public const int MinSecretSize = 16;

    /// <summary>How old a time stamp may be, in seconds.</summary>
    public const int MaxAgeSeconds = 300;

    /// <summary>How far ahead a time stamp may be, in seconds. By as much a copy of the call can outlive the queue's 5 minutes of deduplication; its reply
    /// then bears the <see cref="ClientMessageId"/> of the first.</summary>
    public const int MaxAheadSeconds = 60;

    private readonly HmacSha256[] _secrets;

    private WebhookVerifier(HmacSha256[] secrets)
    {
        _secrets = secrets;
    }

    /// <summary>Reads secrets separated by commas or white space; empty parts are dropped.</summary>
    /// <param name="secretsUtf8">The secrets in UTF-8.</param>
    /// <param name="encoding">How each of them becomes a key.</param>
    /// <param name="verifier">The verifier, when every secret is good.</param>
    /// <param name="problem">What is wrong, without the value.</param>
    public static bool TryCreate(
        ReadOnlySpan<byte> secretsUtf8, WebhookSecretEncoding encoding,
        [NotNullWhen(true)] out WebhookVerifier? verifier, [NotNullWhen(false)] out string? problem)
    {
        verifier = null;
        List<HmacSha256> secrets = [];
        problem = Read(secretsUtf8, encoding, secrets);
        if (problem is null)
        {
            verifier = new WebhookVerifier([.. secrets]);
            return true;
        }

        secrets.ForEach(static secret => secret.Dispose());
        return false;
    }

    /// <summary>Verifies one call: first that it is fresh, then its signature, which is compared with every secret's in constant time.
    /// Allocates nothing.</summary>
    /// <param name="headers">The call's headers.</param>
    /// <param name="body">The body's bytes as received.</param>
    /// <param name="nowUnixSeconds">The present time in Unix seconds.</param>
    public WebhookOutcome Verify(in WebhookHeaders headers, ReadOnlySpan<byte> body, long nowUnixSeconds)
    {
        Int128 age = (Int128)nowUnixSeconds - headers.TimestampSeconds;
        if (age > MaxAgeSeconds || age < -MaxAheadSeconds)
        {
            return WebhookOutcome.StaleTimestamp;
        }

        Span<byte> signature = stackalloc byte[HmacSha256.Size];
        Span<byte> expected = stackalloc byte[HmacSha256.Size];
        bool isHex = WebhookSignature.TryDecode(headers.Signature, signature);
        bool matched = false;
        foreach (HmacSha256 secret in _secrets)
        {
            WebhookSignature.Finish(secret.Begin(), headers.Timestamp, headers.DeliveryId, body, expected);
            matched |= Sodium.FixedTimeEquals(signature, expected);
        }

        return matched && isHex ? WebhookOutcome.Accepted : WebhookOutcome.InvalidSignature;
    }

    /// <summary>Wipes the secrets.</summary>
    public void Dispose()
    {
        foreach (HmacSha256 secret in _secrets)
        {
            secret.Dispose();
        }
    }

    private static string? Read(ReadOnlySpan<byte> rest, WebhookSecretEncoding encoding, List<HmacSha256> secrets)
    {
        if (!Utf8.IsValid(rest))
        {
            return "not valid UTF-8";
        }

        while (TakePart(ref rest, out ReadOnlySpan<byte> part))
        {
            string? problem = encoding == WebhookSecretEncoding.Base64 ? AddBase64(part, secrets) : Add(part, secrets);
            if (problem is not null)
            {
                return $"secret number {secrets.Count + 1} {problem}";
            }
        }

        return secrets.Count == 0 ? "no secret in it" : null;
    }

    private static string? Add(ReadOnlySpan<byte> key, List<HmacSha256> secrets)
    {
        if (key.Length < MinSecretSize)
        {
            return "has fewer than 16 bytes";
        }

        secrets.Add(new HmacSha256(key));
        return null;
    }

    private static string? AddBase64(ReadOnlySpan<byte> text, List<HmacSha256> secrets)
    {
        int length = StrictBase64.GetDecodedLength(text);
        if (length < 0)
        {
            return "is not standard base64";
        }

        using GuardedMemory key = new(length);
        return StrictBase64.TryDecode(text, key.Span) ? Add(key.Span, secrets) : "is not standard base64";
    }

    private static bool TakePart(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> part)
    {
        int start = -1;
        int end = 0;
        while (end < rest.Length)
        {
            Rune.DecodeFromUtf8(rest[end..], out Rune character, out int length);
            bool separates = character.Value == ',' || Rune.IsWhiteSpace(character);
            if (separates && start >= 0)
            {
                break;
            }

            if (!separates && start < 0)
            {
                start = end;
            }

            end += length;
        }

        part = start < 0 ? [] : rest[start..end];
        rest = rest[end..];
        return start >= 0;
    }
}
