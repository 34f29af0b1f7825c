using System.Text;
using Hashee.Host;
using Hashee.Testing.Servers;

namespace Hashee.Aws.Tests.Sqs;

/// <summary>What the tests of the SQS client share.</summary>
internal static class SqsTest
{
    internal const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    internal const string SessionToken = "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267";
    internal const string Body = "a \"body\" with ü and 😀\n";

    internal static Deadline InAMinute => Deadline.After(TimeSpan.FromMinutes(1));

    /// <summary>A client of a plain server, or with a scheme of <c>https</c> and a bundle of one on TLS.</summary>
    internal static SqsClient NewClient(
        LoopbackServer server,
        string scheme = "http",
        string host = "127.0.0.1",
        string? bundle = null,
        string? sessionToken = SessionToken,
        TimeSpan? attemptLimit = null,
        Func<DateTimeOffset>? clock = null) =>
        NewClient($"{scheme}://{host}:{server.Port}/123456789012/jobs.fifo", bundle, sessionToken, attemptLimit, clock);

    internal static SqsClient NewClient(
        string queueUrl,
        string? bundle = null,
        string? sessionToken = SessionToken,
        TimeSpan? attemptLimit = null,
        Func<DateTimeOffset>? clock = null)
    {
        Assert.True(HttpUrl.TryParse(queueUrl, out HttpUrl url));
        return new SqsClient(url, new AwsJsonClient(NewSettings(bundle, sessionToken), url.Origin, "sqs", "1.0")
        {
            AttemptLimit = attemptLimit ?? TimeSpan.FromSeconds(30),
            Clock = () => (clock?.Invoke() ?? DateTimeOffset.UtcNow).ToUnixTimeMilliseconds(),
        });
    }

    internal static AwsSettings NewSettings(string? bundle = null, string? sessionToken = SessionToken) => new()
    {
        Region = "eu-west-1",
        AccessKeyId = "AKIDEXAMPLE",
        SecretAccessKey = Encoding.ASCII.GetBytes(Secret),
        SessionToken = sessionToken,
        CertificateBundle = bundle,
    };

    internal static SqsOutcome Send(SqsClient client, string body = Body) =>
        client.SendMessage(Encoding.UTF8.GetBytes(body), "group"u8, "deduplication"u8, InAMinute);

    /// <summary>Sends to a standard queue, where repeating what may have arrived is not safe.</summary>
    internal static SqsOutcome SendToStandardQueue(SqsClient client) =>
        client.SendMessage(Encoding.UTF8.GetBytes(Body), default, default, InAMinute);
}
