using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace HttpClientPeer;

/// <summary>AWS Signature Version 4 for a POST to the path "/".</summary>
internal sealed class SignatureV4(string accessKeyId, string secretAccessKey, string sessionToken, string region, string service)
{
    public void Sign(HttpRequestMessage request, string host, byte[] content, DateTimeOffset now)
    {
        string time = now.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        string date = time[..8];
        request.Headers.Add("X-Amz-Date", time);
        request.Headers.Add("X-Amz-Security-Token", sessionToken);

        SortedDictionary<string, string> headers = new(StringComparer.Ordinal)
        {
            ["content-type"] = request.Content!.Headers.ContentType!.ToString(),
            ["host"] = host,
        };
        foreach ((string name, IEnumerable<string> values) in request.Headers)
        {
            headers.Add(name.ToLowerInvariant(), string.Join(",", values));
        }

        string signedHeaders = string.Join(';', headers.Keys);
        StringBuilder canonical = new("POST\n/\n\n");
        foreach ((string name, string value) in headers)
        {
            canonical.Append(name).Append(':').Append(value).Append('\n');
        }

        canonical.Append('\n').Append(signedHeaders).Append('\n').Append(Hex(SHA256.HashData(content)));

        string scope = $"{date}/{region}/{service}/aws4_request";
        string toSign = $"AWS4-HMAC-SHA256\n{time}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical.ToString())))}";
        byte[] key = Encoding.UTF8.GetBytes("AWS4" + secretAccessKey);
        foreach (string part in (ReadOnlySpan<string>)[date, region, service, "aws4_request", toSign])
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        request.Headers.TryAddWithoutValidation(
            "Authorization",
            $"AWS4-HMAC-SHA256 Credential={accessKeyId}/{scope}, SignedHeaders={signedHeaders}, Signature={Hex(key)}");
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
