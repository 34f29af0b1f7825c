using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hashee.Testing.Servers;

namespace Hashee.Aws.Tests.Sqs;

/// <summary>How an SQS of a test behaves on one connection.</summary>
internal static class SqsScripts
{
    /// <summary>Takes every message that comes.</summary>
    internal static void Accept(ServerConnection connection)
    {
        while (connection.ReadRequest() is { } request)
        {
            connection.Send(Accepted(request));
        }
    }

    /// <summary>Takes every message that comes and keeps the requests.</summary>
    internal static Action<ServerConnection> AcceptInto(ICollection<HttpMessage> requests) => connection =>
    {
        while (connection.ReadRequest() is { } request)
        {
            requests.Add(request);
            connection.Send(Accepted(request));
        }
    };

    /// <summary>Gives the answers in turn, the last one to all that follow; null stands for taking the message.</summary>
    internal static Action<ServerConnection> Answer(ICollection<HttpMessage> requests, params string?[] answers) => connection =>
    {
        while (connection.ReadRequest() is { } request)
        {
            requests.Add(request);
            connection.Send(answers[Math.Min(requests.Count, answers.Length) - 1] ?? Accepted(request));
        }
    };

    /// <summary>The answer of SQS to a SendMessage.</summary>
    [SuppressMessage("Security", "CA5351", Justification = "SQS answers with the MD5 of the body.")]
    internal static string Accepted(HttpMessage request)
    {
        string body = JsonDocument.Parse(request.Body).RootElement.GetProperty("MessageBody").GetString()!;
        string md5 = Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(body)));
        return Response(200, $$"""{"MD5OfMessageBody":"{{md5}}","MessageId":"db25e3f0-7b9c-4ba9-b4b5-a8d8a6a0a8c5"}""");
    }

    internal static string Response(int status, string body, string headers = "") =>
        $"HTTP/1.1 {status} Status\r\n{headers}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";
}
