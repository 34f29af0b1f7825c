using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Hashee.Emulator.Sqs;

namespace Hashee.Emulator.Tests.Sqs;

/// <summary>Speaks to the service over HTTP as an SDK does, signed.</summary>
internal sealed class SqsClient : IDisposable
{
    private readonly AwsAccount _account;
    private readonly HttpClient _http;

    private SqsClient(AwsAccount account, Uri endpoint, HttpMessageHandler handler)
    {
        _account = account;
        _http = new HttpClient(handler) { BaseAddress = endpoint };
    }

    public static SqsClient Plain(SqsService service) => new(service.Account, service.HttpEndpoint, new SocketsHttpHandler());

    /// <summary>Trusts the service's root and no other.</summary>
    public static SqsClient Tls(SqsService service, Uri endpoint)
    {
        X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(service.CaBundlePath);
        SocketsHttpHandler handler = new() { SslOptions = { CertificateChainPolicy = policy } };
        return new SqsClient(service.Account, endpoint, handler);
    }

    /// <summary>Calls an operation that has to succeed.</summary>
    public async Task<JsonObject> CallAsync(string operation, JsonObject request)
    {
        using HttpResponseMessage response = await SendAsync(operation, request.ToJsonString());
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!.AsObject();
    }

    /// <summary>Calls an operation that has to be refused.</summary>
    public async Task<Refusal> RefusedAsync(string operation, JsonObject request)
    {
        using HttpResponseMessage response = await SendAsync(operation, request.ToJsonString());
        return await Refusal.ReadAsync(response);
    }

    public async Task<HttpResponseMessage> SendAsync(string operation, string body)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/");
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0");
        request.Headers.Add("X-Amz-Target", $"AmazonSQS.{operation}");
        Sign(request, body);
        return await _http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private static byte[] Hmac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private void Sign(HttpRequestMessage request, string body)
    {
        string date = DateTimeOffset.UtcNow.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        string scope = $"{date[..8]}/{_account.Region}/sqs/aws4_request";
        request.Headers.Add("X-Amz-Date", date);
        request.Headers.Add("X-Amz-Security-Token", _account.SessionToken);

        const string SignedHeaders = "host;x-amz-date;x-amz-security-token;x-amz-target";
        string headers = string.Join(
            '\n',
            $"host:{_http.BaseAddress!.Authority}",
            $"x-amz-date:{date}",
            $"x-amz-security-token:{_account.SessionToken}",
            $"x-amz-target:{request.Headers.GetValues("X-Amz-Target").Single()}");
        string canonicalRequest = $"POST\n/\n\n{headers}\n\n{SignedHeaders}\n{Sha256(body)}";
        string stringToSign = $"AWS4-HMAC-SHA256\n{date}\n{scope}\n{Sha256(canonicalRequest)}";
        byte[] key = Hmac(Hmac(Hmac(Hmac(Encoding.UTF8.GetBytes("AWS4" + _account.SecretAccessKey), date[..8]), _account.Region), "sqs"), "aws4_request");
        string signature = Convert.ToHexStringLower(Hmac(key, stringToSign));
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            $"AWS4-HMAC-SHA256 Credential={_account.AccessKeyId}/{scope}, SignedHeaders={SignedHeaders}, Signature={signature}");
    }

    /// <summary>An error as it comes over the wire.</summary>
    internal sealed record Refusal(int Status, string Type, string QueryError, string Message)
    {
        public static async Task<Refusal> ReadAsync(HttpResponseMessage response)
        {
            JsonNode body = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
            return new Refusal(
                (int)response.StatusCode,
                body["__type"]!.GetValue<string>(),
                response.Headers.GetValues("x-amzn-query-error").Single(),
                body["message"]!.GetValue<string>());
        }
    }
}
