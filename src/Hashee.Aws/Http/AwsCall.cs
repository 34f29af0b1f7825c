using Hashee.Host.Transport;

namespace Hashee.Aws;

/// <summary>A request to an AWS service, before it is signed.</summary>
/// <param name="method">GET, POST, …</param>
/// <param name="path">The path as it is sent: percent-encoded once, beginning with a slash.</param>
/// <param name="query">What follows the question mark, percent-encoded; empty for none.</param>
internal sealed class AwsCall(string method, string path, string query = "")
{
    private readonly List<(string Name, string Value)> _headers = [];

    /// <summary>
    /// Judges an answer with status 2xx that is here whole; one that is unavailable is tried again where the call may be.
    /// </summary>
    internal delegate AwsOutcome AnswerReader(HttpAnswer answer);

    internal string Method => method;

    internal string Path => path;

    internal string Query => query;

    internal IReadOnlyList<(string Name, string Value)> Headers => _headers;

    /// <summary>The body, where it is in memory.</summary>
    internal ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>
    /// The body, where it is a file; sent from its present position on. Only S3 takes one, and its signature does not cover it.
    /// </summary>
    internal Stream? BodyStream { get; init; }

    /// <summary>The bytes of <see cref="BodyStream"/> that are sent.</summary>
    internal long BodyLength { get; init; }

    /// <summary>Whether the service cannot take it twice, or it does no harm.</summary>
    internal bool IsRepeatable { get; init; } = method is "GET" or "HEAD" or "PUT" or "DELETE";

    /// <summary>Whether the caller reads the body of an answer with status 2xx as it comes.</summary>
    internal bool IsStreamed { get; init; }

    /// <summary>The bytes that an answer may have which is not streamed.</summary>
    internal int LargestAnswer { get; init; } = 64 * 1024;

    /// <summary>What <see cref="AnswerReader"/> says; null accepts.</summary>
    internal AnswerReader? Read { get; init; }

    /// <summary>Tries where the service is not reachable or not well; a service that limits its callers is asked twice as often.</summary>
    internal int Attempts { get; init; } = 2;

    /// <summary>Adds a header, which is signed; Host, dates, hashes and lengths are the client's.</summary>
    internal AwsCall With(string name, string value)
    {
        _headers.Add((name, value));
        return this;
    }
}
