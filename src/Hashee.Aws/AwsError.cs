using System.Buffers;
using System.Text;
using System.Text.Json;
using Hashee.Formats;
using Hashee.Host;
using Hashee.Host.Transport;

namespace Hashee.Aws;

/// <summary>What a service says about a request that it did not fulfil.</summary>
internal static class AwsError
{
    private const int LongestCode = 64;

    /// <summary>A signature may be five minutes off; a smaller difference of clocks is not what it was refused for.</summary>
    private static readonly TimeSpan SmallestSkew = TimeSpan.FromMinutes(4);

    private static readonly SearchValues<byte> CodeCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_."u8);

    /// <summary>The error's name without its name space, when it looks like one; it is safe to log.</summary>
    internal static string ReadCode(HttpAnswer answer)
    {
        ByteBuffer member = new(128);
        ReadOnlySpan<byte> code = TryReadMember(answer.Body, "__type"u8, member) ? member.Written : default;
        if (code.IsEmpty && answer.TryGetHeader("x-amzn-errortype"u8, out ReadOnlySpan<byte> header))
        {
            code = header.IndexOf((byte)':') is var colon and >= 0 ? header[..colon] : header;
        }

        return CheckCode(code[(code.LastIndexOf((byte)'#') + 1)..]);
    }

    /// <summary>The error's name in an answer of S3: what the first element <c>Code</c> holds, when it looks like one.</summary>
    internal static string ReadXmlCode(ReadOnlySpan<byte> body)
    {
        int start = body.IndexOf("<Code>"u8);
        ReadOnlySpan<byte> rest = start < 0 ? default : body[(start + "<Code>"u8.Length)..];
        int end = rest.IndexOf("</Code>"u8);
        return end < 0 ? "" : CheckCode(rest[..end]);
    }

    /// <summary>The code when it looks like one; empty otherwise.</summary>
    internal static string CheckCode(ReadOnlySpan<byte> code) =>
        code.Length <= LongestCode && !code.ContainsAnyExcept(CodeCharacters) ? Encoding.ASCII.GetString(code) : "";

    /// <summary>What may be said about a failure: the messages of exceptions that are not ours may quote what they were given.</summary>
    internal static string ReasonOf(Exception exception) => exception switch
    {
        TransportException => exception.Message,
        DllNotFoundException or EntryPointNotFoundException => "OpenSSL 3 (libssl.so.3, libcrypto.so.3) cannot be loaded",
        _ => exception.GetType().Name,
    };

    /// <summary>Whether the same request may be taken later.</summary>
    internal static bool IsThrottling(int status, string code) =>
        status == 429 || (status is >= 400 and < 500 &&
            (code.Contains("Throttl", StringComparison.Ordinal) || code.StartsWith("TooManyRequests", StringComparison.Ordinal) ||
                code is "RequestLimitExceeded" or "ProvisionedThroughputExceededException" or "SlowDown"));

    /// <summary>Whether a signature may have been refused for this machine's clock, and how far the service's is ahead of it.</summary>
    internal static bool TryReadSkew(HttpAnswer answer, string code, DateTimeOffset now, out TimeSpan skew)
    {
        skew = default;
        bool mayBeTheClock = code is "AuthFailure" or "InvalidSignatureException" or "RequestExpired" or "RequestInTheFuture" or "RequestTimeTooSkewed"
            or "SignatureDoesNotMatch";
        if (!mayBeTheClock || !answer.TryGetHeader("date"u8, out ReadOnlySpan<byte> text) || !HttpDate.TryParse(text, out DateTimeOffset date))
        {
            return false;
        }

        skew = date - now;
        return skew.Duration() >= SmallestSkew;
    }

    /// <summary>Reads a string member of a JSON object.</summary>
    /// <returns>False when there is no such text, or it is empty; garbage has no members.</returns>
    internal static bool TryReadMember(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name, ByteBuffer value)
    {
        value.Clear();
        try
        {
            Utf8JsonReader reader = new(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isWanted = reader.ValueTextEquals(name);
                reader.Read();
                if (isWanted)
                {
                    ReadOnlySpan<byte> raw = reader.TokenType == JsonTokenType.String ? reader.ValueSpan : default;
                    _ = JsonText.TryResolve(raw, value.GetSpan(raw.Length), out int written);
                    value.Advance(written);
                    return value.Length > 0;
                }

                reader.Skip();
            }
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // An InvalidOperationException is the reader's word for a name with half of a surrogate pair in it.
        }

        return false;
    }
}
