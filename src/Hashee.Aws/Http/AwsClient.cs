using System.Text;
using Hashee.Formats;
using Hashee.Host;
using Hashee.Host.Native;
using Hashee.Host.Transport;

namespace Hashee.Aws;

/// <summary>
/// Calls one AWS service over HTTP with Signature Version 4, or with a bearer token. Whatever happens is an outcome; only a token that is
/// cancelled before the deadline is an <see cref="OperationCanceledException"/>. What fails is tried again where it may be, after a wait
/// with jitter, as long as that ends in time. A signature that was refused for this machine's clock is made again once with the
/// service's. Calls may be made at the same time.
/// </summary>
/// <param name="settings">Region, credentials and trust.</param>
/// <param name="origin">Where to connect.</param>
/// <param name="service">The service's name in a signature's scope.</param>
/// <param name="bearerToken">Is sent in place of a signature; null for none.</param>
internal sealed class AwsClient(AwsSettings settings, Origin origin, string service, string? bearerToken = null) : IDisposable
{
    private const int LargestError = 64 * 1024;

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(50);

    /// <summary>What a service may ask for that is waited here; more is for the caller to decide.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly HttpTransport _transport = new(origin, settings.Trust);
    private readonly SignatureV4 _signature = new(settings.AccessKeyId, settings.SecretAccessKey, settings.Region, service);
    private readonly ByteBuffer _authorization = new(512);
    private readonly Lock _gate = new();
    private readonly bool _isS3 = service == "s3";
    private long _skewMilliseconds;

    /// <summary>
    /// What connecting, shaking hands, sending and reading the answer, or the head of one that is streamed, may take together.
    /// </summary>
    internal TimeSpan AttemptLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>This machine's clock, in Unix milliseconds.</summary>
    internal Func<long> Clock { get; init; } = static () => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    private TimeSpan Skew => TimeSpan.FromMilliseconds(Interlocked.Read(ref _skewMilliseconds));

    private DateTimeOffset Now => DateTimeOffset.FromUnixTimeMilliseconds(Clock()) + Skew;

    /// <summary>
    /// Connects and derives the day's signing key, on this thread: that belongs into INIT. A failure is logged and changes nothing.
    /// </summary>
    internal void Connect(TimeSpan limit)
    {
        try
        {
            _transport.Open(Deadline.After(limit));
            Span<byte> timestamp = stackalloc byte[SignatureV4.TimestampLength];
            UtcTimestamp.WriteBasic(timestamp, Now);
            lock (_gate)
            {
                _signature.PrepareKey(timestamp);
            }
        }
        catch (Exception exception)
        {
            Log.Warn(
                "A service is not connected ahead of time; the first call tries again.",
                new("service", service),
                new("reason", AwsError.ReasonOf(exception)));
        }
    }

    /// <summary>Makes a call.</summary>
    /// <param name="call">What is asked.</param>
    /// <param name="limit">Bounds all tries together, and the waits between them.</param>
    internal async ValueTask<AwsReply> SendAsync(AwsCall call, TimeLimit limit)
    {
        long bodyStart = call.BodyStream is { CanSeek: true } seekable ? seekable.Position : -1;
        bool hasLearntTime = false;
        AwsReply reply = AwsReply.Unavailable(AwsOutcome.TimeLimitReached);
        for (int attempt = 1; !limit.Deadline.HasPassed; attempt++)
        {
            Attempt result = await AttemptAsync(call, limit, learnsTime: !hasLearntTime).ConfigureAwait(false);
            reply = result.Reply;
            TimeSpan wait = TimeSpan.Zero;
            if (result.HasLearntTime)
            {
                hasLearntTime = true;
                attempt--;
            }
            else
            {
                int attempts = result.IsThrottled ? 2 * call.Attempts : call.Attempts;
                wait = WaitBehind(attempt, reply);
                bool isLast = !result.MayTryAgain || attempt >= attempts || call.Attempts == 1;
                if (isLast || wait > LongestWait || wait >= limit.Deadline.Remaining)
                {
                    break;
                }
            }

            if (call.BodyStream is { } body)
            {
                if (bodyStart < 0)
                {
                    break;
                }

                body.Position = bodyStart;
            }

            Log.Warn("A service did not take a request; trying once more.", new("service", service), new("reason", reply.Outcome.Reason));
            await Task.Delay(wait, limit.Token).ConfigureAwait(false);
        }

        return reply;
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _transport.Dispose();

    private static TimeSpan WaitBehind(int attempt, AwsReply reply) =>
        reply.Wait ?? (FirstWait * Math.Pow(2, attempt - 1) * (0.5 + Random.Shared.NextDouble()));

    private async ValueTask<Attempt> AttemptAsync(AwsCall call, TimeLimit limit, bool learnsTime)
    {
        HttpReply? reply = null;
        HttpCall? http = null;
        try
        {
            TimeSpan skewSigned = Skew;
            http = Sign(call);
            reply = await _transport.SendAsync(
                http, limit with { Deadline = limit.Deadline.OrEarlier(Deadline.After(AttemptLimit)) }).ConfigureAwait(false);
            if (!reply.Succeeded)
            {
                return await RefusedAsync(call, reply, skewSigned, learnsTime).ConfigureAwait(false);
            }

            AwsOutcome outcome = new(AwsOutcomeKind.Accepted, "", reply.Status, "");
            if (call.IsStreamed)
            {
                AwsReply streamed = new(outcome, []) { Stream = reply };
                reply = null;
                return new Attempt(streamed);
            }

            byte[] body = await reply.ReadAllAsync(call.LargestAnswer).ConfigureAwait(false);
            outcome = call.Read?.Invoke(reply.Head) ?? outcome;
            bool mayTryAgain = call.IsRepeatable && outcome.Kind == AwsOutcomeKind.Unavailable;
            return new Attempt(new AwsReply(outcome, body)) { MayTryAgain = mayTryAgain };
        }
        catch (TransportException failure)
        {
            return new Attempt(AwsReply.Unavailable(failure.Message)) { MayTryAgain = call.IsRepeatable || http?.IsWritten != true };
        }
        catch (OperationCanceledException) when (limit.Deadline.HasPassed)
        {
            return new Attempt(AwsReply.Unavailable(AwsOutcome.TimeLimitReached));
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return new Attempt(AwsReply.Unavailable(AwsError.ReasonOf(exception)));
        }
        finally
        {
            reply?.Dispose();
        }
    }

    private async ValueTask<Attempt> RefusedAsync(AwsCall call, HttpReply reply, TimeSpan skewSigned, bool learnsTime)
    {
        byte[] body = [];
        try
        {
            body = await reply.ReadAllAsync(LargestError).ConfigureAwait(false);
        }
        catch (TransportException)
        {
            // The status is here; what else there was to say is not needed.
        }

        string code = _isS3 ? AwsError.ReadXmlCode(body) : AwsError.ReadCode(reply.Head);
        int status = reply.Status;
        bool isThrottled = AwsError.IsThrottling(status, code) || code == "SlowDown";
        AwsOutcomeKind kind =
            status is 304 or 412 || code == "ConditionalCheckFailedException" ? AwsOutcomeKind.ConditionFailed
            : status == 404 && (code == "NoSuchKey" || (code.Length == 0 && call.Method == "HEAD")) ? AwsOutcomeKind.NotFound
            : isThrottled || status is 408 or >= 500 || code == "RequestTimeout" ? AwsOutcomeKind.Unavailable
            : AwsOutcomeKind.Refused;
        bool hasLearntTime = false;
        DateTimeOffset timeSigned = DateTimeOffset.FromUnixTimeMilliseconds(Clock()) + skewSigned;
        if (learnsTime && kind == AwsOutcomeKind.Refused && AwsError.TryReadSkew(reply.Head, code, timeSigned, out TimeSpan skew))
        {
            // What this request was signed with is what was wrong; another one may have learnt the time meanwhile.
            Interlocked.Exchange(ref _skewMilliseconds, (long)(skewSigned + skew).TotalMilliseconds);
            hasLearntTime = true;
        }

        AwsOutcome outcome = new(kind, $"HTTP {status}{(code.Length == 0 ? "" : " ")}{code}", status, code);
        return new Attempt(new AwsReply(outcome, body) { Wait = reply.Head.RetryAfter(Now) })
        {
            IsThrottled = isThrottled,
            HasLearntTime = hasLearntTime,
            MayTryAgain = kind == AwsOutcomeKind.Unavailable && (isThrottled || call.IsRepeatable),
        };
    }

    private HttpCall Sign(AwsCall call)
    {
        HttpCall http = new(call.Method, call.Query.Length == 0 ? call.Path : $"{call.Path}?{call.Query}")
        {
            Body = call.Body,
            BodyStream = call.BodyStream,
            BodyLength = call.BodyStream is null ? null : call.BodyLength,
            IsRepeatable = call.IsRepeatable,
        };
        foreach ((string name, string value) in call.Headers)
        {
            http.With(name, value);
        }

        if (bearerToken is not null)
        {
            return http.With("Authorization", $"Bearer {bearerToken}");
        }

        Span<byte> timestamp = stackalloc byte[SignatureV4.TimestampLength];
        UtcTimestamp.WriteBasic(timestamp, Now);
        http.With("X-Amz-Date", Encoding.ASCII.GetString(timestamp));
        if (settings.SessionToken is not null)
        {
            http.With("X-Amz-Security-Token", settings.SessionToken);
        }

        Span<byte> payloadHash = stackalloc byte[LibCrypto.Sha256Length];
        if (call.BodyStream is not null)
        {
            payloadHash = _isS3 ? default : throw new InvalidOperationException("Only S3 takes a body that is not signed.");
        }
        else
        {
            LibCrypto.Sha256(call.Body.Span, payloadHash);
        }

        if (_isS3)
        {
            http.With("X-Amz-Content-Sha256", payloadHash.IsEmpty ? "UNSIGNED-PAYLOAD" : Convert.ToHexStringLower(payloadHash));
        }

        lock (_gate)
        {
            _signature.Begin(
                Encoding.ASCII.GetBytes(call.Method), Encoding.ASCII.GetBytes(call.Path), Encoding.ASCII.GetBytes(call.Query), _isS3);
            _signature.AddHeader("Host"u8, Encoding.ASCII.GetBytes(origin.Authority));
            foreach ((string name, string value) in http.Headers)
            {
                _signature.AddHeader(Encoding.ASCII.GetBytes(name), Encoding.UTF8.GetBytes(value));
            }

            _authorization.Clear();
            _signature.Finish(timestamp, payloadHash, _authorization);
            return http.With("Authorization", Encoding.ASCII.GetString(_authorization.Written));
        }
    }

    private readonly record struct Attempt(AwsReply Reply)
    {
        internal bool MayTryAgain { get; init; }

        internal bool IsThrottled { get; init; }

        internal bool HasLearntTime { get; init; }
    }
}
