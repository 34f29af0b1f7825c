using Hashee.Formats;
using Hashee.Host;
using Hashee.Host.Transport;

namespace Hashee.Lambda;

/// <summary>
/// Lambda's Runtime API, version 2018-06-01, over one kept connection that is opened again once when it has died. Its failures are
/// <see cref="TransportException"/>s: without the Runtime API there is nothing left to do.
/// </summary>
internal sealed class RuntimeApi : IDisposable
{
    private const int Headroom = 512;
    private const int LargestEvent = 16 * 1024 * 1024;
    private const int LongestRequestId = 256;

    private readonly Origin _origin;
    private readonly string _pathPrefix;
    private readonly HttpChannel _channel;
    private readonly HttpAnswer _answer;
    private readonly ByteBuffer _head = new(Headroom);
    private readonly ByteBuffer _body = new(4096);
    private readonly InvocationContext _invocation;
    private bool _hadInvocation;

    private RuntimeApi(Origin origin, string pathPrefix)
    {
        _origin = origin;
        _invocation = new InvocationContext { Api = this };
        _channel = new HttpChannel(origin, trust: null, LargestEvent);
        _answer = _channel.Answer;
        _pathPrefix = pathPrefix;
    }

    /// <summary>The invocation that <see cref="Next"/> read.</summary>
    internal InvocationContext Invocation => _invocation;

    /// <summary>The event that <see cref="Next"/> read; valid until the next request.</summary>
    internal ReadOnlySpan<byte> Payload => _answer.Body;

    /// <summary>Where the response of the invocation is written to before <see cref="PostResponse"/>.</summary>
    internal ByteBuffer Response => _body;

    /// <summary>Sends the invocation's response in place of <see cref="PostResponse"/>; null when it was written to <see cref="Response"/>.</summary>
    internal Action? Respond { get; set; }

    /// <summary>
    /// Reads AWS_LAMBDA_RUNTIME_API: <c>host:port</c> or <c>host:port/path</c>, the host a name, an IPv4 or a bracketed IPv6 address.
    /// </summary>
    internal static RuntimeApi? TryCreate(string? address)
    {
        ReadOnlySpan<char> text = address;
        int slash = text.IndexOf('/');
        ReadOnlySpan<char> prefix = slash < 0 ? "" : text[slash..].TrimEnd('/');
        bool isValid = Origin.TryParseAuthority(slash < 0 ? text : text[..slash], isTls: false, out Origin origin)
            && !prefix.ContainsAnyExceptInRange('!', '~');
        return isValid ? new RuntimeApi(origin, prefix.ToString()) : null;
    }

    /// <summary>Waits for the next invocation.</summary>
    internal void Next()
    {
        _body.Clear(Headroom);
        BeginRequest("GET "u8, "/2018-06-01/runtime/invocation/next"u8);
        Exchange("", isGet: true);
        if (_answer.Status != 200)
        {
            throw new TransportException($"the Runtime API answered {_answer.Status} to the request for the next invocation");
        }

        _answer.TryGetHeader("Lambda-Runtime-Aws-Request-Id"u8, out ReadOnlySpan<byte> requestId);
        if (requestId.Length is 0 or > LongestRequestId || requestId.ContainsAnyExceptInRange((byte)'!', (byte)'~'))
        {
            throw new TransportException("the Runtime API sent an invocation whose Lambda-Runtime-Aws-Request-Id is missing or malformed");
        }

        _answer.TryGetHeader("Lambda-Runtime-Trace-Id"u8, out ReadOnlySpan<byte> traceId);
        _invocation.Begin(requestId, ReadDeadline(), traceId, isColdStart: !_hadInvocation);
        _hadInvocation = true;
        Respond = null;
        _body.Clear(Headroom);
    }

    /// <summary>Sends what was written to <see cref="Response"/> as the invocation's response.</summary>
    internal void PostResponse()
    {
        BeginRequest("POST "u8, "/2018-06-01/runtime/invocation/"u8, _invocation.RequestIdUtf8, "/response"u8);
        Exchange("Content-Type: application/json\r\n", isGet: false);
        CheckAccepted(_answer, "response");
    }

    /// <summary>
    /// Opens a connection for a response that is written while it is made. It is closed after the response, as Lambda wants it; the kept one waits for the
    /// next invocation.
    /// </summary>
    internal TcpConnection Connect() => TcpConnection.Connect(_origin, Deadline.Never);

    /// <summary>The head of the request that carries such a response; valid until the next request.</summary>
    internal ReadOnlySpan<byte> WriteStreamHead(ReadOnlySpan<char> contentType)
    {
        BeginRequest("POST "u8, "/2018-06-01/runtime/invocation/"u8, _invocation.RequestIdUtf8, "/response"u8);
        _head.Append("Lambda-Runtime-Function-Response-Mode: streaming\r\nTransfer-Encoding: chunked\r\n"u8);
        _head.Append("Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\nContent-Type: "u8);
        _head.Append(contentType);
        _head.Append("\r\n\r\n"u8);
        return _head.Written;
    }

    /// <summary>Reports the invocation as failed.</summary>
    internal void PostError(Fault fault)
    {
        _body.Clear(Headroom);
        fault.WriteJson(_body);
        BeginRequest("POST "u8, "/2018-06-01/runtime/invocation/"u8, _invocation.RequestIdUtf8, "/error"u8);
        Exchange($"Content-Type: application/json\r\nLambda-Runtime-Function-Error-Type: {fault.Type}\r\n", isGet: false);
        CheckAccepted(_answer, "error report");
    }

    /// <summary>Reports that the function cannot start.</summary>
    internal void PostInitError(Fault fault)
    {
        _body.Clear(Headroom);
        fault.WriteJson(_body);
        BeginRequest("POST "u8, "/2018-06-01/runtime/init/error"u8);
        Exchange($"Content-Type: application/json\r\nLambda-Runtime-Function-Error-Type: {fault.Type}\r\n", isGet: false);
        CheckAccepted(_answer, "INIT error report");
    }

    /// <summary>
    /// A report that Lambda refuses (too large, too late) concerns one invocation; a 500 means that the instance must end.
    /// </summary>
    internal static void CheckAccepted(HttpAnswer answer, string what)
    {
        if (answer.Status == 500)
        {
            throw new TransportException($"the Runtime API answered 500 to the {what}");
        }

        if (answer.Status is < 200 or > 299)
        {
            Log.Error("The Runtime API refused what the function reported.", new("report", what), new("status", answer.Status));
        }
    }

    public void Dispose() => _channel.Dispose();

    private void BeginRequest(
        ReadOnlySpan<byte> method, ReadOnlySpan<byte> path, ReadOnlySpan<byte> requestId = default, ReadOnlySpan<byte> action = default)
    {
        _head.Clear();
        _head.Append(method);
        _head.Append(_pathPrefix);
        _head.Append(path);
        _head.Append(requestId);
        _head.Append(action);
        _head.Append(" HTTP/1.1\r\nHost: "u8);
        _head.Append(_channel.Authority);
        _head.Append("\r\n"u8);
    }

    private void Exchange(ReadOnlySpan<char> headers, bool isGet)
    {
        _head.Append(headers);
        if (!isGet)
        {
            _head.Append("Content-Length: "u8);
            _head.Append(_body.Length);
            _head.Append("\r\n"u8);
        }

        _head.Append("\r\n"u8);
        _body.Prepend(_head.Written);

        _channel.Exchange(_body.Written, Deadline.Never, isRepeatable: true);
    }

    /// <summary>Unix milliseconds; null when the Runtime API did not say, or nothing that can be read.</summary>
    private long? ReadDeadline()
    {
        if (!_answer.TryGetHeader("Lambda-Runtime-Deadline-Ms"u8, out ReadOnlySpan<byte> text))
        {
            return null;
        }

        bool isBefore1970 = text is [(byte)'-', _, ..] && !text[1..].ContainsAnyExceptInRange((byte)'0', (byte)'9');
        return isBefore1970 ? 0 : Digits.TryParse(text, out long milliseconds) ? milliseconds : null;
    }
}
