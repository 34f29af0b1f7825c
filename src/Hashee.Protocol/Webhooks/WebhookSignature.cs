using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Hashee.Protocol;

/// <summary>The signature of a webhook call: HMAC-SHA256 over <c>timestamp "." delivery id "." body</c>, in hex.</summary>
public static class WebhookSignature
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Signs a call, on the sender's side.</summary>
    /// <param name="secret">The key of the HMAC.</param>
    /// <param name="timestamp">The time of the call in Unix seconds.</param>
    /// <param name="deliveryId">The delivery's id.</param>
    /// <param name="body">The body's bytes as they will be sent.</param>
    /// <returns>64 hex digits in lower case.</returns>
    /// <exception cref="ArgumentException">The delivery id is not valid Unicode.</exception>
    public static string Sign(ReadOnlySpan<byte> secret, long timestamp, string deliveryId, ReadOnlySpan<byte> body)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(timestamp, digits, out int length);
        HmacSha256State hmac = new(secret);
        Span<byte> code = stackalloc byte[HmacSha256.Size];
        Finish(hmac, digits[..length], StrictUtf8.GetBytes(deliveryId), body, code);
        return Convert.ToHexStringLower(code);
    }

    // From 64 hex digits of either case.
    internal static bool TryDecode(ReadOnlySpan<byte> hex, Span<byte> code)
    {
        Span<char> digits = stackalloc char[2 * HmacSha256.Size];
        return hex.Length == digits.Length
            && Ascii.ToUtf16(hex, digits, out _) == OperationStatus.Done
            && Convert.FromHexString(digits, code, out _, out _) == OperationStatus.Done;
    }

    internal static void Finish(
        HmacSha256State hmac, ReadOnlySpan<byte> timestamp, ReadOnlySpan<byte> deliveryId, ReadOnlySpan<byte> body, Span<byte> code)
    {
        hmac.Append(timestamp);
        hmac.Append("."u8);
        hmac.Append(deliveryId);
        hmac.Append("."u8);
        hmac.Append(body);
        hmac.Finish(code);
    }
}
