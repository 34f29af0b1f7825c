using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Hashee.Formats;
using Hashee.Host;
using Hashee.Host.Native;
using Hashee.Host.Transport;

namespace Hashee.Aws;

/// <summary>
/// Sends to one SQS queue in AWS JSON 1.0 (SQS API reference) with Signature Version 4, over TLS by OpenSSL, on a connection that is
/// kept. No call throws. Connecting, shaking hands, sending and reading the answer share 3 s; there are at most two attempts, the second
/// only where SQS cannot take the same thing twice, and none goes on past 1 s before the deadline. Resolving the queue's host name is
/// bounded by glibc's resolver, which the constructor sets to 1 s and two attempts unless RES_OPTIONS says otherwise. Calls from several
/// threads are made one after the other.
/// </summary>
public sealed unsafe class SqsClient : IDisposable
{
    private const int Attempts = 2;
    private const int LargestAnswer = 1024 * 1024;
    private const int LongestLoggedCode = 64;

    private static readonly TimeSpan DeadlineReserve = TimeSpan.FromSeconds(1);
    private static readonly SearchValues<byte> CodeCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"u8);

    private readonly string _queueUrl;
    private readonly string? _sessionToken;
    private readonly HttpChannel _channel;
    private readonly SignatureV4 _signature;
    private readonly ByteBuffer _head = new(2048);
    private readonly ByteBuffer _request = new(4096);
    private readonly ByteBuffer _field = new(2048);
    private readonly byte[] _expectedMd5 = new byte[2 * LibCrypto.Md5Length];
    private readonly Lock _gate = new();

    /// <summary>Makes a client; nothing is loaded or connected yet.</summary>
    /// <param name="settings">Region, credentials and endpoint.</param>
    /// <param name="queueUrl">The queue, FIFO or standard. Its origin is connected to unless the settings name another.</param>
    public SqsClient(SqsSettings settings, HttpUrl queueUrl)
    {
        _queueUrl = queueUrl.Text;
        _sessionToken = settings.SessionToken;
        _channel = new HttpChannel(settings.Endpoint ?? queueUrl.Origin, settings.CertificateBundle, LargestAnswer);
        _signature = new SignatureV4(settings.AccessKeyId, settings.SecretAccessKey, settings.Region, "sqs");
        BoundResolver();
    }

    /// <summary>What connecting, shaking hands, sending and reading the answer may take together.</summary>
    internal TimeSpan AttemptLimit { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Connects and derives the day's signing key ahead of the first message, which belongs into INIT with its full processor.
    /// A failure is logged and changes nothing: the first message connects again.
    /// </summary>
    /// <param name="limit">The time that connecting and shaking hands may take.</param>
    public void Connect(TimeSpan limit)
    {
        lock (_gate)
        {
            try
            {
                _channel.Open(Deadline.After(limit));
                Span<byte> timestamp = stackalloc byte[SignatureV4.TimestampLength];
                UtcTimestamp.WriteBasic(timestamp, DateTimeOffset.UtcNow);
                _signature.PrepareKey(timestamp);
            }
            catch (Exception exception) when (ReasonOf(exception) is not null)
            {
                Log.Warn("SQS is not connected ahead of time; the first message tries again.", new LogField("reason", ReasonOf(exception)));
            }
        }
    }

    /// <summary>Sends a message (SendMessage).</summary>
    /// <param name="body">The message body: 1-1,048,576 bytes of UTF-8, without the characters that SQS refuses.</param>
    /// <param name="groupId">MessageGroupId; empty for a standard queue.</param>
    /// <param name="deduplicationId">
    /// MessageDeduplicationId; empty for none, and then a request that may have arrived is not repeated.
    /// </param>
    /// <param name="deadline">The invocation's deadline.</param>
    public SqsOutcome SendMessage(
        ReadOnlySpan<byte> body, ReadOnlySpan<byte> groupId, ReadOnlySpan<byte> deduplicationId, Deadline deadline) =>
        SendMessage(body, groupId, deduplicationId, attributes: default, deadline);

    /// <summary>Sends a message with attributes (SendMessage).</summary>
    /// <param name="body">The message body: 1-1,048,576 bytes of UTF-8, without the characters that SQS refuses.</param>
    /// <param name="groupId">MessageGroupId; empty for a standard queue.</param>
    /// <param name="deduplicationId">
    /// MessageDeduplicationId; empty for none, and then a request that may have arrived is not repeated.
    /// </param>
    /// <param name="attributes">
    /// At most 10 of type String, of different names (1-256 letters, digits, underscores, hyphens and periods); they count for the message's size.
    /// </param>
    /// <param name="deadline">The invocation's deadline.</param>
    public SqsOutcome SendMessage(
        ReadOnlySpan<byte> body,
        ReadOnlySpan<byte> groupId,
        ReadOnlySpan<byte> deduplicationId,
        ReadOnlySpan<(string Name, string Value)> attributes,
        Deadline deadline)
    {
        lock (_gate)
        {
            BeginBody();
            AppendMember(",\"MessageBody\":"u8, body);
            AppendMember(",\"MessageGroupId\":"u8, groupId);
            AppendMember(",\"MessageDeduplicationId\":"u8, deduplicationId);
            for (int i = 0; i < attributes.Length; i++)
            {
                _request.Append(i == 0 ? ",\"MessageAttributes\":{"u8 : ","u8);
                JsonText.WriteString(_request, attributes[i].Name);
                _request.Append(":{\"DataType\":\"String\",\"StringValue\":"u8);
                JsonText.WriteString(_request, attributes[i].Value);
                _request.Append(i == attributes.Length - 1 ? "}}"u8 : "}"u8);
            }

            _request.Append((byte)'}');
            return Call("AmazonSQS.SendMessage"u8, body, expectsMd5: true, isRepeatable: !deduplicationId.IsEmpty, deadline);
        }
    }

    /// <summary>Sets how long a received message stays invisible (ChangeMessageVisibility).</summary>
    /// <param name="receiptHandle">The handle that came with the message.</param>
    /// <param name="seconds">0-43,200 seconds from now.</param>
    /// <param name="deadline">The invocation's deadline.</param>
    public SqsOutcome ChangeMessageVisibility(string receiptHandle, int seconds, Deadline deadline)
    {
        lock (_gate)
        {
            BeginBody();
            _request.Append(",\"ReceiptHandle\":"u8);
            JsonText.WriteString(_request, receiptHandle);
            _request.Append(",\"VisibilityTimeout\":"u8);
            _request.Append(seconds);
            _request.Append((byte)'}');
            return Call("AmazonSQS.ChangeMessageVisibility"u8, messageBody: default, expectsMd5: false, isRepeatable: true, deadline);
        }
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose() => _channel.Dispose();

    /// <summary>What may be said about a failure that is expected here; null for any other.</summary>
    private static string? ReasonOf(Exception exception) => exception switch
    {
        TransportException => exception.Message,
        DllNotFoundException or EntryPointNotFoundException => "OpenSSL 3 (libssl.so.3, libcrypto.so.3) cannot be loaded",
        _ => null,
    };

    /// <summary>getaddrinfo takes no time limit; glibc's resolver reads one from RES_OPTIONS when it is first used.</summary>
    private static void BoundResolver()
    {
        // A literal of bytes has a NUL behind it.
        fixed (byte* name = "RES_OPTIONS"u8, value = "timeout:1 attempts:2"u8)
        {
            _ = Libc.SetEnvironment(name, value, overwrite: 0);
        }
    }

    private static bool IsThrottling(ReadOnlySpan<byte> code) =>
        code.IndexOf("Throttl"u8) >= 0 || code.StartsWith("TooManyRequests"u8) || code.SequenceEqual("RequestLimitExceeded"u8);

    private void BeginBody()
    {
        _request.Clear(headroom: 1024 + (_sessionToken?.Length ?? 0));
        _request.Append("{\"QueueUrl\":"u8);
        JsonText.WriteString(_request, _queueUrl);
    }

    private void AppendMember(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty)
        {
            _request.Append(name);
            JsonText.WriteString(_request, value);
        }
    }

    private SqsOutcome Call(
        ReadOnlySpan<byte> target, ReadOnlySpan<byte> messageBody, bool expectsMd5, bool isRepeatable, Deadline deadline)
    {
        SqsOutcome outcome = new(SqsOutcomeKind.Unavailable, "the invocation's deadline is too near", 0);
        deadline = deadline.Before(DeadlineReserve);
        try
        {
            bool mayTry = true;
            for (int attempt = 1; mayTry && attempt <= Attempts && !deadline.HasPassed; attempt++)
            {
                if (attempt == 1)
                {
                    Sign(target);
                    SetExpectedMd5(messageBody);
                }
                else
                {
                    Log.Warn("SQS did not take a request; trying once more.", new LogField("reason", outcome.Reason));
                }

                outcome = Attempt(deadline.OrEarlier(Deadline.After(AttemptLimit)), isRepeatable, expectsMd5, out mayTry);
            }
        }
        catch (Exception exception) when (ReasonOf(exception) is not null)
        {
            outcome = new SqsOutcome(SqsOutcomeKind.Unavailable, ReasonOf(exception)!, 0);
        }

        return outcome;
    }

    private SqsOutcome Attempt(Deadline limit, bool isRepeatable, bool expectsMd5, out bool mayTryAgain)
    {
        try
        {
            _channel.Exchange(_request.Written, limit, isRepeatable);
        }
        catch (TransportException failure)
        {
            mayTryAgain = isRepeatable || !_channel.HasWritten;
            return new SqsOutcome(SqsOutcomeKind.Unavailable, failure.Message, 0);
        }

        HttpAnswer answer = _channel.Answer;
        mayTryAgain = false;
        if (answer.Status == 200)
        {
            if (!expectsMd5)
            {
                return new SqsOutcome(SqsOutcomeKind.Accepted, "", answer.Status);
            }

            if (TryReadMember("MD5OfMessageBody"u8))
            {
                return _field.Written.SequenceEqual(_expectedMd5)
                    ? new SqsOutcome(SqsOutcomeKind.Accepted, "", answer.Status)
                    : new SqsOutcome(SqsOutcomeKind.WrongMd5, "SQS answered with the MD5 of another body", answer.Status);
            }

            mayTryAgain = isRepeatable;
            return new SqsOutcome(SqsOutcomeKind.Unavailable, "the answer is not that of SQS", answer.Status);
        }

        ReadOnlySpan<byte> code = ReadErrorCode();
        string reason = $"HTTP {answer.Status}{(code.IsEmpty ? "" : " ")}{System.Text.Encoding.ASCII.GetString(code)}";
        bool isThrottled = answer.Status == 429 || (answer.Status is >= 400 and < 500 && IsThrottling(code));
        if (answer.Status is >= 400 and < 500 && !isThrottled)
        {
            return new SqsOutcome(SqsOutcomeKind.Refused, reason, answer.Status);
        }

        mayTryAgain = isRepeatable || isThrottled;
        return new SqsOutcome(SqsOutcomeKind.Unavailable, reason, answer.Status);
    }

    /// <summary>Puts the signed head in front of the body.</summary>
    private void Sign(ReadOnlySpan<byte> target)
    {
        Span<byte> timestamp = stackalloc byte[SignatureV4.TimestampLength];
        UtcTimestamp.WriteBasic(timestamp, DateTimeOffset.UtcNow);
        Span<byte> payloadHash = stackalloc byte[LibCrypto.Sha256Length];
        LibCrypto.Sha256(_request.Written, payloadHash);

        _signature.Begin("POST"u8, "/"u8, query: default);
        _head.Clear();
        _head.Append("POST / HTTP/1.1\r\n"u8);
        AddHeader("Host"u8, _channel.Authority);
        AddHeader("Content-Type"u8, "application/x-amz-json-1.0"u8);
        AddHeader("X-Amz-Target"u8, target);
        AddHeader("X-Amz-Date"u8, timestamp);
        if (_sessionToken is not null)
        {
            AddHeader("X-Amz-Security-Token"u8, _sessionToken);
        }

        _head.Append("Content-Length: "u8);
        _head.Append(_request.Length);
        _head.Append("\r\nAuthorization: "u8);
        _signature.Finish(timestamp, payloadHash, _head);
        _head.Append("\r\n\r\n"u8);
        _request.Prepend(_head.Written);
    }

    private void AddHeader(ReadOnlySpan<byte> name, ReadOnlySpan<char> value)
    {
        _field.Clear();
        _field.Append(value);
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

    private void SetExpectedMd5(ReadOnlySpan<byte> messageBody)
    {
        Span<byte> digest = stackalloc byte[LibCrypto.Md5Length];
        LibCrypto.Md5(messageBody, digest);
        _ = Convert.TryToHexStringLower(digest, _expectedMd5, out _);
    }

    /// <summary>The error's name without its name space, when it looks like one; it is safe to log.</summary>
    private ReadOnlySpan<byte> ReadErrorCode()
    {
        ReadOnlySpan<byte> code = TryReadMember("__type"u8) ? _field.Written : default;
        if (code.IsEmpty && _channel.Answer.TryGetHeader("x-amzn-errortype"u8, out ReadOnlySpan<byte> header))
        {
            code = header.IndexOf((byte)':') is var colon and >= 0 ? header[..colon] : header;
        }

        code = code[(code.LastIndexOf((byte)'#') + 1)..];
        return code.Length <= LongestLoggedCode && !code.ContainsAnyExcept(CodeCharacters) ? code : default;
    }

    /// <summary>Reads a string member of the answer's object into <see cref="_field"/>.</summary>
    private bool TryReadMember(ReadOnlySpan<byte> name)
    {
        _field.Clear();
        try
        {
            Utf8JsonReader reader = new(_channel.Answer.Body);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isWanted = reader.ValueTextEquals(name);
                reader.Read();
                if (isWanted)
                {
                    _field.Append(reader.TokenType == JsonTokenType.String ? reader.ValueSpan : default);
                    return _field.Length > 0;
                }

                reader.Skip();
            }
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // Garbage has no members. An InvalidOperationException is the reader's word for a name with half of a surrogate pair in it.
        }

        return false;
    }
}
