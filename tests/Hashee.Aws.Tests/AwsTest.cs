using System.Text;
using Hashee.Aws.Tests.Sqs;
using Hashee.Host;
using Hashee.Testing.Servers;

namespace Hashee.Aws.Tests;

/// <summary>What the tests of the clients share.</summary>
internal static class AwsTest
{
    internal static TimeLimit Soon => new(Deadline.After(TimeSpan.FromMinutes(1)), TestContext.Current.CancellationToken);

    internal static Origin OriginOf(int port) => new(false, "127.0.0.1", port);

    internal static AwsClient NewClient(
        int port, string service = "dynamodb", string? bearer = null, string? sessionToken = null, Func<DateTimeOffset>? clock = null) =>
        new(SqsTest.NewSettings(sessionToken: sessionToken), OriginOf(port), service, bearer)
        {
            AttemptLimit = TimeSpan.FromSeconds(30),
            Clock = () => (clock?.Invoke() ?? DateTimeOffset.UtcNow).ToUnixTimeMilliseconds(),
        };

    internal static string Response(int status, string body, string headers = "") =>
        $"HTTP/1.1 {status} Status\r\n{headers}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    /// <summary>Keeps the requests, and gives the answers in turn, the last one to all that follow.</summary>
    internal static Action<ServerConnection> Answer(ICollection<HttpMessage> requests, params string[] answers) => connection =>
    {
        while (connection.ReadRequest() is { } request)
        {
            requests.Add(request);
            connection.Send(answers[Math.Min(requests.Count, answers.Length) - 1]);
        }
    };
}
