using System.Net;
using System.Net.Http.Headers;
using Hashee.Host;

namespace Hashee.Agents.Platform;

/// <summary>
/// Hashee's REST API as an agent uses it. Server errors, broken connections and time-outs are tried up to three times,
/// 429 as often as the platform asks for patience, anything else once; the caller's token bounds it all.
/// </summary>
internal sealed class PlatformClient : IDisposable
{
    private const int MaximumAnswerBytes = 1_048_576;
    private static readonly TimeSpan[] PausesBeforeRetry = [TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(1)];
    private static readonly TimeSpan AttemptLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestPatience = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan LongestPatience = TimeSpan.FromDays(1);

    private readonly HttpClient _http;
    private readonly TimeProvider _clock;
    private readonly string _root;
    private readonly string _messagesPath;

    /// <param name="baseUrl">An absolute URL; a path in it is kept as prefix.</param>
    /// <param name="agentId">The agent that sends; becomes one path segment.</param>
    /// <param name="token">The agent's bearer token.</param>
    /// <param name="clock">Measures pauses and the time limit of an attempt.</param>
    public PlatformClient(string baseUrl, string agentId, string token, TimeProvider clock)
    {
        _clock = clock;
        _root = baseUrl.TrimEnd('/');
        _messagesPath = $"/agents/{Uri.EscapeDataString(agentId)}/messages";
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MaximumAnswerBytes,
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>
    /// Opens a connection ahead of the first message, by a request whose answer does not matter: reading the system's root certificates and shaking
    /// hands is most of what a first request takes, and INIT has a full processor for it. A failure is logged and changes nothing.
    /// </summary>
    /// <param name="limit">The time it may take.</param>
    public void Connect(TimeSpan limit)
    {
        using CancellationTokenSource end = new(limit, _clock);
        using HttpRequestMessage request = new(HttpMethod.Head, $"{_root}/");
        try
        {
            _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, end.Token).GetAwaiter().GetResult().Dispose();
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            Log.Warn(
                "The platform is not connected ahead of time; the first message tries again.",
                new LogField("reason", e is HttpRequestException failure ? failure.HttpRequestError.ToString() : "the time limit was reached"));
        }
    }

    /// <summary>Whether an id can be a path segment: <c>.</c> and <c>..</c> would name another resource.</summary>
    public static bool IsPathSegment(string id) => id is not ("" or "." or "..");

    /// <summary><c>POST /agents/{id}/messages</c>.</summary>
    public Task<PlatformAnswer> PostMessageAsync(ReadOnlyMemory<byte> json, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, _messagesPath, json, cancellationToken);

    /// <summary><c>GET /keys/users/{user id}/devices</c>.</summary>
    public Task<PlatformAnswer> GetDevicesAsync(string userId, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"/keys/users/{Uri.EscapeDataString(userId)}/devices", default, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<PlatformAnswer> SendAsync(HttpMethod method, string path, ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        int retries = 0;
        while (true)
        {
            PlatformAnswer answer = await TryOnceAsync(method, path, json, cancellationToken);
            bool mayPass = answer.Status is 0 or >= 500 && retries < PausesBeforeRetry.Length;
            TimeSpan? pause = answer.Patience ?? (mayPass ? PausesBeforeRetry[retries++] : null);
            if (pause is not { } time || !await TryWaitAsync(time, cancellationToken))
            {
                return answer;
            }
        }
    }

    private async Task<PlatformAnswer> TryOnceAsync(HttpMethod method, string path, ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(method, _root + path);
        if (method == HttpMethod.Post)
        {
            request.Content = new ReadOnlyMemoryContent(json);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        using CancellationTokenSource limit = new(AttemptLimit, _clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, either.Token);
            byte[] body = await response.Content.ReadAsByteArrayAsync(either.Token);
            return response.IsSuccessStatusCode
                ? new PlatformAnswer((int)response.StatusCode, body, Trouble: null)
                : Explain(response, body);
        }
        catch (HttpRequestException e)
        {
            return new PlatformAnswer(0, default, $"the platform could not be reached ({e.HttpRequestError})");
        }
        catch (OperationCanceledException)
        {
            string reason = cancellationToken.IsCancellationRequested ? "before the deadline" : $"within {AttemptLimit.TotalSeconds} s";
            return new PlatformAnswer(0, default, $"the platform gave no answer {reason}");
        }
    }

    private PlatformAnswer Explain(HttpResponseMessage response, byte[] body)
    {
        int status = (int)response.StatusCode;
        PlatformError error = PlatformError.Read(body);
        return new PlatformAnswer(
            status,
            body,
            $"the platform answered {status}{(error.Code is null ? "" : " ")}{error.Code}",
            response.StatusCode == HttpStatusCode.TooManyRequests ? PatienceFor(response.Headers.RetryAfter, error) : null);
    }

    /// <summary>The <c>Retry-After</c> header (RFC 9110, section 10.2.3), else what the body says.</summary>
    private TimeSpan PatienceFor(RetryConditionHeaderValue? header, PlatformError error)
    {
        TimeSpan asked = header switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - _clock.GetUtcNow(),
            _ when error.RetryAfterSeconds is { } seconds => TimeSpan.FromSeconds(Math.Min(seconds, LongestPatience.TotalSeconds)),
            _ => DefaultPatience,
        };
        return asked < ShortestPatience ? ShortestPatience : asked > LongestPatience ? LongestPatience : asked;
    }

    /// <returns>False when the token ended the wait.</returns>
    private async Task<bool> TryWaitAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(time, _clock, cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
