using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Hashee.Host.Transport;

namespace Hashee.Host;

/// <summary>
/// The transport of this product behind an <see cref="HttpClient"/>, for packages that want one: <c>new HttpClient(new HttpTransportHandler())</c>. A first
/// request over TLS is on the wire in a fraction of the time that .NET's own handler needs, because OpenSSL is asked directly and of this machine's root
/// certificates only those are read that a chain names.
/// <para>HTTP/1.1 only. Bodies are streamed both ways. Connections are kept for five minutes, or for as long as the server says. Redirects are not followed,
/// nothing is decompressed, cookies and proxies are not known, and failed requests are not tried again, but for one that repeats without harm (GET, HEAD,
/// PUT, DELETE, OPTIONS) and met the end of a kept connection. Time limits are <see cref="HttpClient.Timeout"/> and tokens.</para>
/// <para>Failures are <see cref="HttpRequestException"/>s with their <see cref="HttpRequestError"/>; where the body of an answer breaks off, they are
/// <see cref="HttpIOException"/>s. What a request asks for and this cannot do is a <see cref="NotSupportedException"/>, and for its version an
/// <see cref="HttpRequestException"/> with <see cref="HttpRequestError.VersionNegotiationError"/>.</para>
/// </summary>
public sealed class HttpTransportHandler : HttpMessageHandler
{
    private const int MostOrigins = 64;

    /// <summary>A body of so many bytes is sent together with its head.</summary>
    private const int LargestInMemory = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly Trust _trust;
    private readonly Dictionary<Origin, HttpTransport> _transports = [];
    private bool _isDisposed;

    /// <summary>Trusts the root certificates of this machine, or those that SSL_CERT_FILE and SSL_CERT_DIR name.</summary>
    public HttpTransportHandler()
        : this(SystemTrust.Instance)
    {
    }

    internal HttpTransportHandler(Trust trust) => _trust = trust;

    /// <summary>The same for those who wait with their thread.</summary>
    /// <inheritdoc />
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(request, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc />
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        Origin origin = FindOrigin(request);
        HttpCall call = await MakeCallAsync(request, origin, cancellationToken).ConfigureAwait(false);
        try
        {
            TimeLimit limit = new(Deadline.Never, cancellationToken);
            return MakeResponse(request, await TransportTo(origin).SendAsync(call, limit).ConfigureAwait(false));
        }
        catch (TransportException failure)
        {
            throw new HttpRequestException(ErrorOf(failure), failure.Message, failure);
        }
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lock (_gate)
            {
                _isDisposed = true;
                CloseAll();
            }
        }

        base.Dispose(disposing);
    }

    internal static HttpRequestError ErrorOf(TransportException failure) => (failure.Step, failure) switch
    {
        (TransportStep.Resolving, _) => HttpRequestError.NameResolutionError,
        (TransportStep.Connecting, _) => HttpRequestError.ConnectionError,
        (TransportStep.ShakingHands, _) => HttpRequestError.SecureConnectionError,
        (TransportStep.Decoding, _) => HttpRequestError.InvalidResponse,
        (_, ConnectionClosedException) => HttpRequestError.ResponseEnded,
        _ => HttpRequestError.Unknown,
    };

    private static Origin FindOrigin(HttpRequestMessage request)
    {
        if (request.RequestUri is not { IsAbsoluteUri: true } url || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp))
        {
            throw new NotSupportedException("The request's URL is not an absolute one of http or https.");
        }

        string host = url.HostNameType == UriHostNameType.IPv6 ? $"[{url.IdnHost}]" : url.IdnHost;
        return Origin.TryParseAuthority($"{host}:{url.Port}", url.Scheme == Uri.UriSchemeHttps, out Origin origin)
            ? origin
            : throw new NotSupportedException("The host in the request's URL is no host name and no IP address.");
    }

    /// <summary>Refuses what would otherwise be left out without a word.</summary>
    private static void RefuseWhatIsNotKnown(HttpRequestMessage request, Origin origin)
    {
        if (request.VersionPolicy switch
        {
            HttpVersionPolicy.RequestVersionOrLower => request.Version < HttpVersion.Version11,
            HttpVersionPolicy.RequestVersionOrHigher => request.Version > HttpVersion.Version11,
            _ => request.Version != HttpVersion.Version11,
        })
        {
            throw new HttpRequestException(
                HttpRequestError.VersionNegotiationError,
                $"The request wants HTTP/{request.Version} ({request.VersionPolicy}); {nameof(HttpTransportHandler)} speaks HTTP/1.1 only.");
        }

        if (request.Method == HttpMethod.Connect || request.Headers.Upgrade.Count > 0)
        {
            throw new NotSupportedException("Connections are not handed over to other protocols (CONNECT, Upgrade).");
        }

        if (request.Headers.Host is { } host && !host.Equals(origin.Authority, StringComparison.OrdinalIgnoreCase))
        {
            throw new NotSupportedException("The Host header names another host than the request's URL.");
        }

        if (request.Headers.TransferEncoding.Any(static coding => !coding.Value.Equals("chunked", StringComparison.OrdinalIgnoreCase)))
        {
            throw new NotSupportedException("The only Transfer-Encoding is chunked.");
        }
    }

    private static async ValueTask<HttpCall> MakeCallAsync(HttpRequestMessage request, Origin origin, CancellationToken token)
    {
        RefuseWhatIsNotKnown(request, origin);
        HttpContent? content = request.Content;
        long? length = request.Headers.TransferEncodingChunked == true ? null : content?.Headers.ContentLength;
        string target = request.RequestUri!.PathAndQuery;
        HttpCall call;
        if (content is null)
        {
            call = new HttpCall(request.Method.Method, target);
        }
        else if (length <= LargestInMemory)
        {
            call = new HttpCall(request.Method.Method, target) { Body = await content.ReadAsByteArrayAsync(token).ConfigureAwait(false) };
        }
        else
        {
            call = new HttpCall(request.Method.Method, target)
            {
                BodyLength = length,
                WriteBody = (body, limit) => content.CopyToAsync(new HttpRequestBodyStream(body), limit.Token),
            };
        }

        foreach (KeyValuePair<string, HeaderStringValues> header in request.Headers.NonValidated)
        {
            AddHeader(call, header.Key, header.Value.ToString());
        }

        if (content is not null)
        {
            foreach (KeyValuePair<string, HeaderStringValues> header in content.Headers.NonValidated)
            {
                AddHeader(call, header.Key, header.Value.ToString());
            }
        }

        return call;
    }

    private static void AddHeader(HttpCall call, string name, string value)
    {
        if (!HttpCall.IsTheTransports(name))
        {
            call.With(name, value);
        }
    }

    private static HttpResponseMessage MakeResponse(HttpRequestMessage request, HttpReply reply)
    {
        HttpResponseMessage response = new((HttpStatusCode)reply.Status)
        {
            RequestMessage = request,
            Version = HttpVersion.Version11,
            Content = new StreamContent(new HttpReplyStream(reply)),
        };
        ReadOnlySpan<byte> fields = reply.Head.Fields;
        while (HttpAnswer.NextField(ref fields, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
        {
            string nameText = Encoding.ASCII.GetString(name);
            string valueText = Encoding.Latin1.GetString(value);
            if (!response.Headers.TryAddWithoutValidation(nameText, valueText))
            {
                response.Content.Headers.TryAddWithoutValidation(nameText, valueText);
            }
        }

        return response;
    }

    private HttpTransport TransportTo(Origin origin)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (!_transports.TryGetValue(origin, out HttpTransport? transport))
            {
                if (_transports.Count == MostOrigins)
                {
                    CloseAll();
                }

                transport = new HttpTransport(origin, _trust);
                _transports.Add(origin, transport);
            }

            return transport;
        }
    }

    /// <summary>Closes what nobody uses; a request that is under way, or about to be, closes its connection when it is done.</summary>
    private void CloseAll()
    {
        foreach (HttpTransport transport in _transports.Values)
        {
            transport.Retire();
        }

        _transports.Clear();
    }
}
