using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Hashee.Emulator.Sqs;

/// <summary>
/// Verifies AWS Signature Version 4 in the Authorization header ("Create a signed AWS API request" in the IAM User Guide), from the
/// request as it came and with no code of the product's signer.
/// </summary>
/// <param name="account">Whose keys sign.</param>
/// <param name="service">The service of the credential scope, <c>sqs</c>.</param>
/// <param name="clock">What the signing time may be at most 15 minutes away from.</param>
internal sealed class SignatureVerifier(AwsAccount account, string service, TimeProvider clock)
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private const string Terminator = "aws4_request";
    private const string DateFormat = "yyyyMMdd'T'HHmmss'Z'";

    private static readonly TimeSpan LargestSkew = TimeSpan.FromMinutes(15);

    /// <summary>Returns when the signature holds.</summary>
    /// <param name="request">Method, target and headers.</param>
    /// <param name="body">The whole body.</param>
    /// <exception cref="SqsException">MissingAuthenticationToken, IncompleteSignature, InvalidClientTokenId or SignatureDoesNotMatch.</exception>
    public void Verify(HttpRequest request, ReadOnlySpan<byte> body)
    {
        string? header = request.Headers.Authorization;
        if (string.IsNullOrEmpty(header))
        {
            throw SqsException.MissingAuthenticationToken();
        }

        Authorization authorization = Authorization.Parse(header);
        string date = request.Headers["X-Amz-Date"].ToString();
        if (!DateTimeOffset.TryParseExact(
            date, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset signedAt))
        {
            throw SqsException.IncompleteSignature("Authorization header requires existence of a 'X-Amz-Date' header of the form YYYYMMDD'T'HHMMSS'Z'.");
        }

        CheckScope(authorization, date);
        CheckKey(authorization, request);
        CheckSkew(signedAt);
        CheckSignedHeaders(authorization, request);
        CheckSignature(authorization, date, request, body);
    }

    /// <summary>The host and every x-amz header have to be covered by the signature, and no covered header may be absent.</summary>
    private static void CheckSignedHeaders(Authorization authorization, HttpRequest request)
    {
        IEnumerable<string> required = request.Headers.Keys
            .Select(static name => name.ToLowerInvariant())
            .Where(static name => name == "host" || name.StartsWith("x-amz-", StringComparison.Ordinal));
        foreach (string name in required)
        {
            if (!authorization.SignedHeaders.Contains(name))
            {
                throw SqsException.SignatureDoesNotMatch($"'{name}' must be a 'SignedHeader' in the AWS Authorization.");
            }
        }

        foreach (string name in authorization.SignedHeaders)
        {
            if (!request.Headers.ContainsKey(name))
            {
                throw SqsException.SignatureDoesNotMatch($"The signed header '{name}' is not in the request.");
            }
        }
    }

    private void CheckScope(Authorization authorization, string date)
    {
        if (authorization.Service != service)
        {
            throw SqsException.SignatureDoesNotMatch($"Credential should be scoped to correct service: '{service}'.");
        }

        if (authorization.Region != account.Region)
        {
            throw SqsException.SignatureDoesNotMatch(
                $"Credential should be scoped to a valid Region, not '{authorization.Region}'.");
        }

        if (authorization.Terminator != Terminator)
        {
            throw SqsException.SignatureDoesNotMatch($"Credential should be scoped with a valid terminator: '{Terminator}'.");
        }

        if (authorization.Date != date[..8])
        {
            throw SqsException.SignatureDoesNotMatch(
                $"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{authorization.Date}' != '{date[..8]}'.");
        }
    }

    private void CheckKey(Authorization authorization, HttpRequest request)
    {
        string? token = request.Headers["X-Amz-Security-Token"];
        bool known = authorization.AccessKeyId == account.AccessKeyId && token == account.SessionToken;
        if (!known)
        {
            throw SqsException.InvalidClientTokenId();
        }
    }

    private void CheckSkew(DateTimeOffset signedAt)
    {
        DateTimeOffset now = clock.GetUtcNow();
        string Text(DateTimeOffset time) => time.ToString(DateFormat, CultureInfo.InvariantCulture);
        if (signedAt < now - LargestSkew)
        {
            throw SqsException.SignatureDoesNotMatch(
                $"Signature expired: {Text(signedAt)} is now earlier than {Text(now - LargestSkew)} ({Text(now)} - 15 min.)");
        }

        if (signedAt > now + LargestSkew)
        {
            throw SqsException.SignatureDoesNotMatch(
                $"Signature not yet current: {Text(signedAt)} is still later than {Text(now + LargestSkew)} ({Text(now)} + 15 min.)");
        }
    }

    private void CheckSignature(Authorization authorization, string date, HttpRequest request, ReadOnlySpan<byte> body)
    {
        string canonicalRequest = CanonicalRequest(request, authorization.SignedHeaders, body);
        string scope = $"{authorization.Date}/{authorization.Region}/{authorization.Service}/{authorization.Terminator}";
        string stringToSign = $"{Algorithm}\n{date}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonicalRequest)))}";

        byte[] key = Encoding.UTF8.GetBytes("AWS4" + account.SecretAccessKey);
        foreach (string part in (string[])[authorization.Date, authorization.Region, authorization.Service, authorization.Terminator, stringToSign])
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        byte[] expected = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(key));
        if (!CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(authorization.Signature)))
        {
            throw SqsException.SignatureDoesNotMatch(
                "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. "
                + "Consult the service documentation for details.");
        }
    }

    private static string CanonicalRequest(HttpRequest request, string[] signedHeaders, ReadOnlySpan<byte> body)
    {
        string target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        int mark = target.IndexOf('?', StringComparison.Ordinal);
        string path = mark < 0 ? target : target[..mark];
        string query = mark < 0 ? string.Empty : target[(mark + 1)..];

        StringBuilder canonical = new();
        canonical.Append(request.Method).Append('\n');
        canonical.AppendJoin('/', path.Split('/').Select(Uri.EscapeDataString)).Append('\n');
        canonical.Append(CanonicalQuery(query)).Append('\n');
        foreach (string name in signedHeaders)
        {
            canonical.Append(name).Append(':').Append(CanonicalValue(request.Headers[name])).Append('\n');
        }

        canonical.Append('\n').AppendJoin(';', signedHeaders).Append('\n');
        canonical.Append(Convert.ToHexStringLower(SHA256.HashData(body)));
        return canonical.ToString();
    }

    private static string CanonicalQuery(string query) => string.Join('&', query
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(static pair => pair.Split('=', 2))
        .Select(static pair => (Name: Recode(pair[0]), Value: Recode(pair.ElementAtOrDefault(1) ?? string.Empty)))
        .OrderBy(static pair => pair.Name, StringComparer.Ordinal)
        .ThenBy(static pair => pair.Value, StringComparer.Ordinal)
        .Select(static pair => $"{pair.Name}={pair.Value}"));

    private static string Recode(string text) => Uri.EscapeDataString(Uri.UnescapeDataString(text));

    /// <summary>Values joined by commas, each trimmed and with its runs of spaces made one.</summary>
    private static string CanonicalValue(StringValues values) => string.Join(',', values.Select(static value =>
        string.Join(' ', (value ?? string.Empty).Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))));

    private sealed record Authorization(
        string AccessKeyId, string Date, string Region, string Service, string Terminator, string[] SignedHeaders, string Signature)
    {
        public static Authorization Parse(string header)
        {
            if (!header.StartsWith(Algorithm + " ", StringComparison.Ordinal))
            {
                throw SqsException.IncompleteSignature($"Authorization header requires the algorithm '{Algorithm}'.");
            }

            Dictionary<string, string> parts = new(StringComparer.Ordinal);
            foreach (string part in header[Algorithm.Length..].Split(',', StringSplitOptions.TrimEntries))
            {
                string[] pair = part.Split('=', 2);
                if (pair.Length != 2 || !parts.TryAdd(pair[0], pair[1]))
                {
                    throw SqsException.IncompleteSignature("Authorization header is not of the form Credential=…, SignedHeaders=…, Signature=…");
                }
            }

            string credential = Part(parts, "Credential");
            string signedHeaders = Part(parts, "SignedHeaders");
            string signature = Part(parts, "Signature");
            if (credential.Split('/') is not [string key, string date, string region, string service, string terminator])
            {
                throw SqsException.IncompleteSignature("Credential must have exactly 5 slash-delimited elements.");
            }

            string[] names = signedHeaders.Split(';');
            bool sorted = names.SequenceEqual(names.Order(StringComparer.Ordinal)) && !signedHeaders.Any(char.IsAsciiLetterUpper);
            return sorted
                ? new Authorization(key, date, region, service, terminator, names, signature)
                : throw SqsException.SignatureDoesNotMatch("SignedHeaders must be in lower case and in order.");
        }

        private static string Part(Dictionary<string, string> parts, string name) => parts.TryGetValue(name, out string? value)
            ? value
            : throw SqsException.IncompleteSignature($"Authorization header requires '{name}' parameter.");
    }
}
