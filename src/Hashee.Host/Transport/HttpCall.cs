using System.Buffers;

namespace Hashee.Host.Transport;

/// <summary>A request to send.</summary>
/// <param name="method">GET, POST, …</param>
/// <param name="target">Path and query as they are sent: percent-encoded, beginning with a slash.</param>
internal sealed class HttpCall(string method, string target)
{
    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private readonly List<(string Name, string Value)> _headers = [];

    internal string Method { get; } = IsToken(method) ? method : throw new ArgumentException("The request's method is malformed.");

    internal string Target { get; } = IsVisibleAscii(target) && target[0] == '/' ? target : throw new ArgumentException("The request's target is malformed.");

    internal IReadOnlyList<(string Name, string Value)> Headers => _headers;

    /// <summary>The body, where it is in memory.</summary>
    internal ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The body, where it is a file or comes from elsewhere; sent from its present position on.</summary>
    internal Stream? BodyStream { get; init; }

    /// <summary>Writes the body, where nothing has it whole.</summary>
    internal Func<HttpRequestBody, TimeLimit, Task>? WriteBody { get; init; }

    /// <summary>The bytes of <see cref="BodyStream"/> that are sent, or that <see cref="WriteBody"/> writes; null sends all, in chunks.</summary>
    internal long? BodyLength { get; init; }

    /// <summary>Whether the request does no harm when the server gets it twice.</summary>
    internal bool IsRepeatable { get; init; } = method is "GET" or "HEAD" or "PUT" or "DELETE" or "OPTIONS";

    /// <summary>Whether any of it was sent: the server may have acted on it, whatever happened then.</summary>
    internal bool IsWritten { get; set; }

    internal bool IsStreamed => BodyStream is not null || WriteBody is not null;

    internal bool IsHead => Method == "HEAD";

    /// <summary>Whether a request of this method says how long its body is, though it has none (RFC 9110, section 8.6).</summary>
    internal bool HasBody => IsStreamed || !Body.IsEmpty || method is "POST" or "PUT" or "PATCH";

    /// <summary>Adds a header; Host and the body's length are the transport's.</summary>
    /// <exception cref="ArgumentException">It is one of these, or a line could begin inside the name or the value.</exception>
    internal HttpCall With(string name, string value)
    {
        if (IsTheTransports(name))
        {
            throw new ArgumentException($"{name} is set by the transport.");
        }

        if (!IsToken(name) || value.AsSpan().ContainsAny('\r', '\n', '\0'))
        {
            throw new ArgumentException("A header is malformed.");
        }

        _headers.Add((name, value));
        return this;
    }

    /// <summary>A second one of these, or one that does not fit the body, would make another request of what follows.</summary>
    internal static bool IsTheTransports(string name) =>
        name.Equals("Host", StringComparison.OrdinalIgnoreCase) || name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) ||
        name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase);

    /// <summary>RFC 9110, section 5.6.2.</summary>
    private static bool IsToken(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExcept(TokenCharacters);

    private static bool IsVisibleAscii(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('!', '~');
}
