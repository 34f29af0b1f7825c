using Hashee.Formats;
using Hashee.Host;
using Hashee.Host.Native;
using Hashee.Host.Transport;

namespace Hashee.Aws;

/// <summary>
/// A service that speaks AWS JSON, called with Signature Version 4 on one connection that is kept. No call throws, whatever happens.
/// Resolving, connecting, shaking hands, sending and reading the answer share 3 s; there are at most two attempts, the second only
/// where the service cannot take the same thing twice or did not take it, and none goes on past 1 s before the deadline. A signature
/// that was refused for this machine's clock is made again once with the service's. Callers make one call after the other.
/// </summary>
/// <param name="settings">Region, credentials and trust.</param>
/// <param name="origin">Where to connect.</param>
/// <param name="service">The service's name in a signature's scope.</param>
/// <param name="version">1.0 or 1.1, as the service has it.</param>
internal sealed class AwsJsonClient(AwsSettings settings, Origin origin, string service, string version) : IDisposable
{
    private const int Attempts = 2;
    private const int LargestAnswer = 1024 * 1024;
    private const string DeadlineIsNear = "the invocation's deadline is too near";

    private static readonly TimeSpan DeadlineReserve = TimeSpan.FromSeconds(1);

    private readonly HttpChannel _channel = new(origin, settings.Trust, LargestAnswer);
    private readonly SignatureV4 _signature = new(settings.AccessKeyId, settings.SecretAccessKey, settings.Region, service);
    private readonly ByteBuffer _head = new(2048);
    private readonly ByteBuffer _request = new(4096);
    private readonly ByteBuffer _field = new(2048);
    private TimeSpan _skew;

    /// <summary>Judges the body of an answer with status 200.</summary>
    /// <returns>What became of the call.</returns>
    internal delegate AwsOutcome AnswerReader(ReadOnlySpan<byte> body);

    /// <summary>What connecting, shaking hands, sending and reading the answer may take together.</summary>
    internal TimeSpan AttemptLimit { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// This machine's clock, in Unix milliseconds: a delegate that returns a DateTimeOffset would bring its formats and time zones
    /// along.
    /// </summary>
    internal Func<long> Clock { get; init; } = static () => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    private DateTimeOffset Now => DateTimeOffset.FromUnixTimeMilliseconds(Clock()) + _skew;

    /// <summary>The body of the last answer; valid until the next call.</summary>
    internal ReadOnlySpan<byte> Answer => _channel.Answer.Body;

    /// <summary>Connects and derives the day's signing key; a failure is logged and changes nothing.</summary>
    internal void Connect(TimeSpan limit)
    {
        try
        {
            _channel.Open(Deadline.After(limit));
            Span<byte> timestamp = stackalloc byte[SignatureV4.TimestampLength];
            UtcTimestamp.WriteBasic(timestamp, Now);
            _signature.PrepareKey(timestamp);
        }
        catch (Exception exception)
        {
            Log.Warn(
                "A service is not connected ahead of time; the first call tries again.",
                new("service", service),
                new("reason", AwsError.ReasonOf(exception)));
        }
    }

    /// <summary>Starts a request.</summary>
    /// <returns>Takes the request's JSON.</returns>
    internal ByteBuffer Begin()
    {
        _request.Clear(headroom: 1024 + (settings.SessionToken?.Length ?? 0));
        return _request;
    }

    /// <summary>Makes the call that was begun.</summary>
    /// <param name="target">The operation as X-Amz-Target has it.</param>
    /// <param name="isRepeatable">Whether the service cannot take it twice, or it does no harm.</param>
    /// <param name="deadline">The invocation's deadline.</param>
    /// <param name="read">Judges an answer with status 200; an outcome that is unavailable is tried again where the call may be.</param>
    internal AwsOutcome Call(ReadOnlySpan<byte> target, bool isRepeatable, Deadline deadline, AnswerReader? read = null)
    {
        AwsOutcome outcome = AwsOutcome.Unavailable(DeadlineIsNear);
        deadline = deadline.Before(DeadlineReserve);
        try
        {
            bool mayTry = true;
            for (int attempt = 1; mayTry && attempt <= Attempts && !deadline.HasPassed; attempt++)
            {
                if (attempt == 1)
                {
                    Sign(target);
                }
                else
                {
                    Log.Warn("A service did not take a request; trying once more.", new("service", service), new("reason", outcome.Reason));
                }

                outcome = Attempt(deadline.OrEarlier(Deadline.After(AttemptLimit)), isRepeatable, read, out mayTry);
                if (outcome.Kind == AwsOutcomeKind.Refused && AwsError.TryReadSkew(_channel.Answer, outcome.Code, Now, out TimeSpan skew))
                {
                    _skew += skew;
                    _request.DropFirst(_head.Length);
                    Sign(target);
                    mayTry = true;
                }
            }
        }
        catch (Exception exception)
        {
            outcome = AwsOutcome.Unavailable(AwsError.ReasonOf(exception));
        }

        return outcome;
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose() => _channel.Dispose();

    private AwsOutcome Attempt(Deadline limit, bool isRepeatable, AnswerReader? read, out bool mayTryAgain)
    {
        try
        {
            _channel.Exchange(_request.Written, limit, isRepeatable);
        }
        catch (TransportException failure)
        {
            mayTryAgain = isRepeatable || !_channel.HasWritten;
            return AwsOutcome.Unavailable(failure.Message);
        }

        HttpAnswer answer = _channel.Answer;
        if (answer.Status == 200)
        {
            AwsOutcome outcome = read?.Invoke(answer.Body) ?? new AwsOutcome(AwsOutcomeKind.Accepted, "", answer.Status, "");
            mayTryAgain = isRepeatable && outcome.Kind == AwsOutcomeKind.Unavailable;
            return outcome;
        }

        string code = AwsError.ReadCode(answer);
        string reason = $"HTTP {answer.Status}{(code.Length == 0 ? "" : " ")}{code}";
        bool isThrottled = AwsError.IsThrottling(answer.Status, code);
        bool isRefused = answer.Status is >= 400 and < 500 && !isThrottled;
        mayTryAgain = !isRefused && (isRepeatable || isThrottled);
        return new AwsOutcome(isRefused ? AwsOutcomeKind.Refused : AwsOutcomeKind.Unavailable, reason, answer.Status, code);
    }

    /// <summary>Puts the signed head in front of the body.</summary>
    private void Sign(ReadOnlySpan<byte> target)
    {
        Span<byte> timestamp = stackalloc byte[SignatureV4.TimestampLength];
        UtcTimestamp.WriteBasic(timestamp, Now);
        Span<byte> payloadHash = stackalloc byte[LibCrypto.Sha256Length];
        LibCrypto.Sha256(_request.Written, payloadHash);

        _signature.BeginPost();
        _head.Clear();
        _head.Append("POST / HTTP/1.1\r\n"u8);
        AddHeader("Host"u8, _channel.Authority);
        AddHeader("Content-Type"u8, "application/x-amz-json-", version);
        AddHeader("X-Amz-Target"u8, target);
        AddHeader("X-Amz-Date"u8, timestamp);
        if (settings.SessionToken is not null)
        {
            AddHeader("X-Amz-Security-Token"u8, settings.SessionToken);
        }

        _head.Append("Content-Length: "u8);
        _head.Append(_request.Length);
        _head.Append("\r\nAuthorization: "u8);
        _signature.Finish(timestamp, payloadHash, _head);
        _head.Append("\r\n\r\n"u8);
        _request.Prepend(_head.Written);
    }

    private void AddHeader(ReadOnlySpan<byte> name, ReadOnlySpan<char> value, ReadOnlySpan<char> end = default)
    {
        _field.Clear();
        _field.Append(value);
        _field.Append(end);
        AddHeader(name, _field.Written);
    }

    private void AddHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        _signature.AddHeader(name, value);
        _head.Append(name);
        _head.Append(": "u8);
        _head.Append(value);
        _head.Append("\r\n"u8);
    }
}
