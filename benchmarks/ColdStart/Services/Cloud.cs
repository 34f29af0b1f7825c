using System.Net.Security;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hashee.Benchmarks.ColdStart.Workloads;

namespace Hashee.Benchmarks.ColdStart.Services;

/// <summary>
/// What lies outside a function, on one TLS port: SQS's SendMessage, in AWS JSON 1.0 and in the query protocol of older SDKs, and the two
/// calls of Hashee's REST API that a reply needs. It answers without looking twice; what came is checked after the clock has stopped.
/// </summary>
internal sealed class Cloud : IDisposable
{
    private readonly LoopbackServer _server;
    private volatile Run? _run;
    private volatile byte[] _devices = [];

    public Cloud(SslStreamCertificateContext certificate) => _server = new LoopbackServer(Serve, certificate);

    /// <summary>The origin of SQS and of Hashee's API.</summary>
    public Uri Origin => new($"https://localhost:{_server.Port}");

    /// <summary>Whose messages arrive from now on.</summary>
    /// <param name="run">Is told about them.</param>
    /// <param name="devices">The answer to GET /keys/users/{id}/devices, JSON.</param>
    public void Begin(Run run, byte[] devices)
    {
        _devices = devices;
        _run = run;
    }

    public void Dispose() => _server.Dispose();

    private void Serve(HttpConnection connection)
    {
        _run?.Connected();
        while (connection.Read() is { } request)
        {
            if (_run is not { } run)
            {
                return;
            }

            if (request.Method == "HEAD")
            {
                connection.Write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
                continue;
            }

            if (request.Target.StartsWith("/keys/users/", StringComparison.Ordinal) && request.Method == "GET")
            {
                connection.Write(Answer("application/json", _devices));
                continue;
            }

            run.Message(request);
            if (request.Target == ModelWorkload.Path)
            {
                connection.Write(request.Body.AsSpan().IndexOf("\"stream\":true"u8) >= 0
                    ? Answer("text/event-stream", ModelWorkload.Stream)
                    : Answer("application/json", ModelWorkload.Answer));
            }
            else if (request.Target.StartsWith("/agents/", StringComparison.Ordinal))
            {
                connection.Write(Answer("application/json", """{"data":{"message_id":"01JD00000000000000000000M1"}}"""u8));
            }
            else if (request.Header("X-Amz-Target") is not null)
            {
                connection.Write(Answer("application/x-amz-json-1.0", Sent(MessageBody(request), JsonSent)));
            }
            else
            {
                connection.Write(Answer("text/xml", Sent(MessageBody(request), XmlSent)));
            }
        }
    }

    /// <summary>The message body in a SendMessage request of either protocol; empty when there is none.</summary>
    public static string MessageBody(HttpExchange request) => Parameter(request, "MessageBody") ?? "";

    /// <summary>A top-level string of a SendMessage request of either protocol.</summary>
    public static string? Parameter(HttpExchange request, string name)
    {
        if (request.Header("X-Amz-Target") is null)
        {
            foreach (string pair in Encoding.UTF8.GetString(request.Body).Split('&'))
            {
                string[] halves = pair.Split('=', 2);
                if (halves is [string key, string value] && key == name)
                {
                    return Uri.UnescapeDataString(value.Replace('+', ' '));
                }
            }

            return null;
        }

        using JsonDocument document = JsonDocument.Parse(request.Body);
        return document.RootElement.TryGetProperty(name, out JsonElement element) ? element.GetString() : null;
    }

    private static string JsonSent(string md5) =>
        $$"""{"MD5OfMessageBody":"{{md5}}","MessageId":"219f8380-5770-4cc2-8c3e-5c715e145f5e","SequenceNumber":"18849496460467696128"}""";

    private static string XmlSent(string md5) => $"""
        <?xml version="1.0"?><SendMessageResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><SendMessageResult>
        <MD5OfMessageBody>{md5}</MD5OfMessageBody><MessageId>219f8380-5770-4cc2-8c3e-5c715e145f5e</MessageId>
        <SequenceNumber>18849496460467696128</SequenceNumber></SendMessageResult>
        <ResponseMetadata><RequestId>7d2c2f0e-5f0b-5d6b-8a3a-7a2f5f1c3b11</RequestId></ResponseMetadata></SendMessageResponse>
        """;

    // MD5 is what SQS documents for detecting a damaged message; it protects nothing.
#pragma warning disable CA5351
    private static byte[] Sent(string body, Func<string, string> answer) =>
        Encoding.UTF8.GetBytes(answer(Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(body)))));
#pragma warning restore CA5351

    private static byte[] Answer(string contentType, ReadOnlySpan<byte> body)
    {
        string head = $"HTTP/1.1 200 OK\r\nx-amzn-RequestId: 7d2c2f0e-5f0b-5d6b-8a3a-7a2f5f1c3b11\r\nContent-Type: {contentType}\r\n"
            + $"Content-Length: {body.Length}\r\n\r\n";
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }
}
