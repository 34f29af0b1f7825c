using Hashee.Host;
using Hashee.Host.Transport;

namespace Hashee.Agents.Platform;

/// <summary>
/// Hashee's REST API as an agent uses it. Server errors, broken connections and time-outs are tried up to three times,
/// 429 as often as the platform asks for patience, anything else once. No wait is begun that would not end within the caller's limit.
/// </summary>
internal sealed class PlatformClient : IDisposable
{
    private const int MaximumAnswerBytes = 1_048_576;
    private static readonly TimeSpan[] PausesBeforeRetry = [TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(1)];
    private static readonly TimeSpan AttemptLimit = TimeSpan.FromSeconds(10);

    /// <summary>By so much the limit of the transport comes later, so that one of the two says what happened.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly HttpTransport _http;
    private readonly TimeProvider _clock;
    private readonly string _authorization;
    private readonly string _root;
    private readonly string _messagesPath;

    /// <param name="baseUrl">An absolute URL; a path in it is kept as prefix.</param>
    /// <param name="agentId">The agent that sends; becomes one path segment.</param>
    /// <param name="token">The agent's bearer token.</param>
    /// <param name="clock">Measures pauses and the time limit of an attempt.</param>
    /// <param name="trust">Whose certificates are accepted; the roots of this machine when it is null.</param>
    public PlatformClient(string baseUrl, string agentId, string token, TimeProvider clock, Trust? trust = null)
    {
        if (!HttpUrl.TryParse(baseUrl, out HttpUrl url))
        {
            throw new ArgumentException("The platform's URL is malformed.", nameof(baseUrl));
        }

        _clock = clock;
        _authorization = $"Bearer {token}";
        _root = url.Path.TrimEnd('/');
        _messagesPath = $"/agents/{Uri.EscapeDataString(agentId)}/messages";
        _http = new HttpTransport(url.Origin, trust ?? SystemTrust.Instance);
    }

    /// <summary>
    /// Opens a connection ahead of the first message: shaking hands is most of what a first request takes, and INIT has a full processor for it. A failure is
    /// logged and changes nothing.
    /// </summary>
    /// <param name="limit">The time it may take.</param>
    public void Connect(TimeSpan limit)
    {
        try
        {
            _http.Open(Deadline.After(limit));
        }
        catch (Exception exception)
        {
            // Whatever went wrong will go wrong again, and be told, when there is a message.
            Log.Warn(
                "The platform is not connected ahead of time; the first message tries again.",
                new LogField("reason", exception is TransportException ? exception.Message : exception.GetType().Name));
        }
    }

    /// <summary>Whether an id can be a path segment: <c>.</c> and <c>..</c> would name another resource.</summary>
    public static bool IsPathSegment(string id) => id is not ("" or "." or "..");

    /// <summary><c>POST /agents/{id}/messages</c>.</summary>
    public Task<PlatformAnswer> PostMessageAsync(ReadOnlyMemory<byte> json, TimeLimit limit) =>
        SendAsync("POST", _messagesPath, json, limit);

    /// <summary>One page of <c>GET /keys/users/{user id}/devices</c>.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="cursor">The <c>next_cursor</c> of the page before; null for the first.</param>
    /// <param name="limit">When to give up.</param>
    public Task<PlatformAnswer> GetDevicesAsync(string userId, string? cursor, TimeLimit limit)
    {
        string query = cursor is null ? "" : $"?cursor={Uri.EscapeDataString(cursor)}";
        return SendAsync("GET", $"/keys/users/{Uri.EscapeDataString(userId)}/devices{query}", default, limit);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<PlatformAnswer> SendAsync(string method, string path, ReadOnlyMemory<byte> json, TimeLimit limit)
    {
        int retries = 0;
        while (true)
        {
            PlatformAnswer answer = await TryOnceAsync(method, path, json, limit.Token);
            bool mayPass = answer.Status is 0 or >= 500 && retries < PausesBeforeRetry.Length;
            TimeSpan? pause = mayPass ? PausesBeforeRetry[retries++] : answer.Status == 429 ? TimeSpan.Zero : null;
            if (pause is not { } shortest || !await TryWaitAsync(Longer(shortest, answer.Failure.Wait), limit))
            {
                return answer;
            }
        }
    }

    private static TimeSpan Longer(TimeSpan pause, TimeSpan? wait) => wait > pause ? wait.Value : pause;

    private async Task<PlatformAnswer> TryOnceAsync(string method, string path, ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        // What is posted carries a client_message_id: Hashee does not take it twice.
        HttpCall call = new HttpCall(method, _root + path) { Body = json, IsRepeatable = true }.With("Authorization", _authorization);
        if (!json.IsEmpty)
        {
            call.With("Content-Type", "application/json");
        }

        using CancellationTokenSource limit = new(AttemptLimit, _clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using HttpReply reply = await _http.SendAsync(call, new TimeLimit(Deadline.After(AttemptLimit + Grace), either.Token));
            byte[] body = await reply.ReadAllAsync(MaximumAnswerBytes);
            return new PlatformAnswer(reply.Status, body, reply.Succeeded ? default : Explain(reply, body));
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return Unanswered("platform_unreachable", "OpenSSL 3 (libssl.so.3, libcrypto.so.3) cannot be loaded");
        }
        catch (TransportException e)
        {
            return Unanswered("platform_unreachable", $"the platform could not be reached ({e.Message})");
        }
        catch (OperationCanceledException)
        {
            return cancellationToken.IsCancellationRequested
                ? Unanswered("no_time", "the platform gave no answer before the deadline")
                : Unanswered("platform_silent", $"the platform gave no answer within {AttemptLimit.TotalSeconds} s");
        }
    }

    private static PlatformAnswer Unanswered(string code, string reason) => new(0, default, PlatformFailure.Unanswered(code, reason));

    private Failure Explain(HttpReply reply, byte[] body)
    {
        int status = reply.Status;
        PlatformError error = PlatformError.Read(body);
        bool mayAsk = status is 429 or >= 500;
        return PlatformFailure.Of(status, error.Code, mayAsk ? WaitFor(reply.Head.RetryAfter(_clock.GetUtcNow()), error, status) : null);
    }

    /// <summary>The <c>Retry-After</c> header, else what the body says, else, of a 429, a second.</summary>
    private static TimeSpan? WaitFor(TimeSpan? header, PlatformError error, int status)
    {
        TimeSpan? asked = header
            ?? (error.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(Math.Min(seconds, LongestWait.TotalSeconds))
            : status == 429 ? DefaultWait
            : null);
        return asked < ShortestWait ? ShortestWait : asked > LongestWait ? LongestWait : asked;
    }

    /// <returns>False when the wait would not end within the limit, and was not begun, or when the limit's token ended it.</returns>
    private async Task<bool> TryWaitAsync(TimeSpan time, TimeLimit limit)
    {
        if (limit.Deadline.Remaining <= time)
        {
            return false;
        }

        try
        {
            await Task.Delay(time, _clock, limit.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
