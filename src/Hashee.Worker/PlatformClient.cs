using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Hashee.Worker;

/// <summary>
/// Hashee's REST API as an agent uses it. Server errors, broken connections and time-outs are tried up to three times,
/// 429 as often as the platform asks for patience, anything else once; the caller's token bounds it all.
/// </summary>
internal sealed partial class PlatformClient : IDisposable
{
    private const int MaximumAnswerBytes = 1_048_576;
    private static readonly TimeSpan[] PausesBeforeRetry = [TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(1)];
    private static readonly TimeSpan AttemptLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(1);

    private readonly HttpClient _http;
    private readonly string _origin;
    private readonly string _messagesPath;

    /// <param name="baseUrl">An absolute URL; a path in it is kept as prefix.</param>
    /// <param name="agentId">The agent that sends; becomes one path segment.</param>
    /// <param name="token">The agent's bearer token.</param>
    public PlatformClient(string baseUrl, string agentId, string token)
    {
        _origin = baseUrl.TrimEnd('/');
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

    /// <summary>Whether an id can be a path segment: <c>.</c> and <c>..</c> would name another resource.</summary>
    public static bool IsPathSegment(string id) => id is not ("" or "." or "..");

    /// <summary><c>POST /agents/{id}/messages</c>.</summary>
    public Task<PlatformAnswer> PostMessageAsync(ReadOnlyMemory<byte> json, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, _messagesPath, json, cancellationToken);

    /// <summary><c>GET /keys/users/{user id}/devices</c>.</summary>
    public Task<PlatformAnswer> GetDevicesAsync(string userId, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"/keys/users/{Uri.EscapeDataString(userId)}/devices", default, cancellationToken);

    private async Task<PlatformAnswer> SendAsync(HttpMethod method, string path, ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        int failures = 0;
        while (true)
        {
            (PlatformAnswer answer, TimeSpan? patience) = await TryOnceAsync(method, path, json, cancellationToken);
            if (answer.Succeeded || cancellationToken.IsCancellationRequested)
            {
                return answer;
            }

            bool again = patience is not null || (answer.Status is 0 or >= 500 && failures < PausesBeforeRetry.Length);
            if (!again)
            {
                return answer;
            }

            try
            {
                await Task.Delay(patience ?? PausesBeforeRetry[failures++], cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return answer;
            }
        }
    }

    /// <returns>The answer and, for a 429, how long the platform wants to be left alone.</returns>
    private async Task<(PlatformAnswer Answer, TimeSpan? Patience)> TryOnceAsync(
        HttpMethod method, string path, ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(method, _origin + path);
        if (method == HttpMethod.Post)
        {
            request.Content = new ReadOnlyMemoryContent(json);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AttemptLimit);
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, limit.Token);
            byte[] body = await response.Content.ReadAsByteArrayAsync(limit.Token);
            int status = (int)response.StatusCode;
            string? trouble = response.IsSuccessStatusCode ? null : Describe(status, body);
            TimeSpan? patience = response.StatusCode == HttpStatusCode.TooManyRequests ? Patience(response.Headers.RetryAfter, body) : null;
            return (new PlatformAnswer(status, body, trouble), patience);
        }
        catch (HttpRequestException e)
        {
            return (new PlatformAnswer(0, default, $"the platform could not be reached ({e.HttpRequestError})"), null);
        }
        catch (OperationCanceledException)
        {
            string reason = cancellationToken.IsCancellationRequested ? "before the deadline" : $"within {AttemptLimit.TotalSeconds} s";
            return (new PlatformAnswer(0, default, $"the platform gave no answer {reason}"), null);
        }
    }

    private static string Describe(int status, byte[] body) =>
        ReadError(body)?.Error?.Code is { } code && LoggableCode().IsMatch(code)
            ? $"the platform answered {status} {code}"
            : $"the platform answered {status}";

    /// <summary>The <c>Retry-After</c> header, else <c>retry_after</c>, else <c>error.params.retry_after</c>, in seconds.</summary>
    private static TimeSpan Patience(RetryConditionHeaderValue? header, byte[] body)
    {
        if (header?.Delta is { } delta)
        {
            return delta;
        }

        if (header?.Date is { } date)
        {
            TimeSpan left = date - DateTimeOffset.UtcNow;
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }

        ErrorBody? error = ReadError(body);
        double? seconds = Seconds(error?.RetryAfter) ?? Seconds(error?.Error?.Params?.RetryAfter);
        return seconds is { } s ? TimeSpan.FromSeconds(s) : DefaultPatience;
    }

    /// <summary>A number of seconds between 0 and a day, or null.</summary>
    private static double? Seconds(JsonElement? value) =>
        value is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out double seconds) && seconds is >= 0 and <= 86_400
            ? seconds
            : null;

    private static ErrorBody? ReadError(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, PlatformJson.Default.ErrorBody);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_]{1,64}\z")]
    private static partial Regex LoggableCode();

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
