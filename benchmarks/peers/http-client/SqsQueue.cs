using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace HttpClientPeer;

/// <summary>SendMessage of SQS in AWS JSON 1.0.</summary>
internal sealed class SqsQueue(HttpClient http, Uri queueUrl, SignatureV4 signature)
{
    /// <exception cref="HttpRequestException">SQS refused the message, could not be reached or answered with another MD5.</exception>
    public async Task SendAsync(string body, string groupId, string deduplicationId)
    {
        byte[] content = JsonSerializer.SerializeToUtf8Bytes(
            new SendMessageRequest(queueUrl.OriginalString, body, groupId, deduplicationId), SqsJsonContext.Default.SendMessageRequest);
        using HttpRequestMessage request = new(HttpMethod.Post, "/") { Content = new ByteArrayContent(content) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0");
        request.Headers.Add("X-Amz-Target", "AmazonSQS.SendMessage");
        signature.Sign(request, http.BaseAddress!.Authority, content, DateTimeOffset.UtcNow);

        using HttpResponseMessage answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        SendMessageResult? result = await answer.Content.ReadFromJsonAsync(SqsJsonContext.Default.SendMessageResult);
        if (!string.Equals(result?.MD5OfMessageBody, Md5(body), StringComparison.OrdinalIgnoreCase))
        {
            throw new HttpRequestException("SQS answered with another MD5 of the message body");
        }
    }

    // MD5 is what SQS documents for detecting a damaged message; it protects nothing.
#pragma warning disable CA5351
    private static string Md5(string body) => Convert.ToHexString(MD5.HashData(Encoding.UTF8.GetBytes(body)));
#pragma warning restore CA5351
}
