using Hashee.Formats;
using Hashee.Host;
using Hashee.Host.Native;

namespace Hashee.Aws;

/// <summary>
/// Sends to one SQS queue (SQS API reference, AWS JSON 1.0). No call throws, whatever happens. Resolving the queue's host, connecting,
/// shaking hands, sending and reading the answer share 3 s; there are at most two attempts, the second only where SQS cannot take the
/// same thing twice, and none goes on past 1 s before the deadline. Calls from several threads are made one after the other.
/// </summary>
public sealed unsafe class SqsClient : IDisposable
{
    private readonly string _queueUrl;
    private readonly AwsJsonClient _client;
    private readonly AwsJsonClient.AnswerReader _checkMd5;
    private readonly ByteBuffer _field = new(64);
    private readonly byte[] _expectedMd5 = new byte[2 * LibCrypto.Md5Length];
    private readonly Lock _gate = new();

    /// <summary>Makes a client; nothing is loaded or connected yet.</summary>
    /// <param name="settings">Region, credentials and trust.</param>
    /// <param name="queueUrl">The queue, FIFO or standard.</param>
    /// <param name="endpoint">Where to connect in place of the queue's origin; null for there.</param>
    public SqsClient(AwsSettings settings, HttpUrl queueUrl, Origin? endpoint = null)
        : this(queueUrl, new AwsJsonClient(settings, endpoint ?? queueUrl.Origin, "sqs", "1.0"))
    {
    }

    internal SqsClient(HttpUrl queueUrl, AwsJsonClient client)
    {
        _queueUrl = queueUrl.Text;
        _client = client;
        _checkMd5 = CheckMd5;
        LimitResolver();
    }

    /// <summary>
    /// Connects and derives the day's signing key ahead of the first message, which belongs into INIT with its full processor.
    /// A failure is logged and changes nothing: the first message connects again.
    /// </summary>
    /// <param name="limit">The time that connecting and shaking hands may take.</param>
    public void Connect(TimeSpan limit)
    {
        lock (_gate)
        {
            _client.Connect(limit);
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
    /// At most 10 of type String, of different names (1-256 letters, digits, underscores, hyphens and periods); they count for the
    /// message's size.
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
            try
            {
                ByteBuffer request = BeginRequest();
                AppendMember(request, ",\"MessageBody\":"u8, body);
                AppendMember(request, ",\"MessageGroupId\":"u8, groupId);
                AppendMember(request, ",\"MessageDeduplicationId\":"u8, deduplicationId);
                for (int i = 0; i < attributes.Length; i++)
                {
                    request.Append(i == 0 ? ",\"MessageAttributes\":{"u8 : ","u8);
                    JsonText.WriteString(request, attributes[i].Name);
                    request.Append(":{\"DataType\":\"String\",\"StringValue\":"u8);
                    JsonText.WriteString(request, attributes[i].Value);
                    request.Append(i == attributes.Length - 1 ? "}}"u8 : "}"u8);
                }

                request.Append((byte)'}');
                SetExpectedMd5(body);
                return OutcomeOf(_client.Call("AmazonSQS.SendMessage"u8, isRepeatable: !deduplicationId.IsEmpty, deadline, _checkMd5));
            }
            catch (Exception exception)
            {
                return OutcomeOf(AwsOutcome.Unavailable(AwsError.ReasonOf(exception)));
            }
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
            try
            {
                ByteBuffer request = BeginRequest();
                request.Append(",\"ReceiptHandle\":"u8);
                JsonText.WriteString(request, receiptHandle);
                request.Append(",\"VisibilityTimeout\":"u8);
                request.Append(seconds);
                request.Append((byte)'}');
                return OutcomeOf(_client.Call("AmazonSQS.ChangeMessageVisibility"u8, isRepeatable: true, deadline));
            }
            catch (Exception exception)
            {
                return OutcomeOf(AwsOutcome.Unavailable(AwsError.ReasonOf(exception)));
            }
        }
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose() => _client.Dispose();

    /// <summary>
    /// A call waits for a name no longer than its own limit; this has the C library ask the next name server sooner than after its
    /// default of 5 s.
    /// </summary>
    private static void LimitResolver()
    {
        // A literal of bytes has a NUL behind it.
        fixed (byte* name = "RES_OPTIONS"u8, value = "timeout:1 attempts:2"u8)
        {
            _ = Libc.SetEnvironment(name, value, overwrite: 0);
        }
    }

    private static SqsOutcome OutcomeOf(AwsOutcome outcome) => new(
        outcome switch
        {
            { Kind: AwsOutcomeKind.Accepted } => SqsOutcomeKind.Accepted,
            { Kind: AwsOutcomeKind.Refused, HttpStatus: 200 } => SqsOutcomeKind.WrongMd5,
            { Kind: AwsOutcomeKind.Refused } => SqsOutcomeKind.Refused,
            _ => SqsOutcomeKind.Unavailable,
        },
        outcome.Reason,
        outcome.HttpStatus);

    private static void AppendMember(ByteBuffer request, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty)
        {
            request.Append(name);
            JsonText.WriteString(request, value);
        }
    }

    private ByteBuffer BeginRequest()
    {
        ByteBuffer request = _client.Begin();
        request.Append("{\"QueueUrl\":"u8);
        JsonText.WriteString(request, _queueUrl);
        return request;
    }

    private void SetExpectedMd5(ReadOnlySpan<byte> messageBody)
    {
        Span<byte> digest = stackalloc byte[LibCrypto.Md5Length];
        LibCrypto.Md5(messageBody, digest);
        _ = Convert.TryToHexStringLower(digest, _expectedMd5, out _);
    }

    private AwsOutcome CheckMd5(ReadOnlySpan<byte> answer) =>
        !AwsError.TryReadMember(answer, "MD5OfMessageBody"u8, _field) ? new(AwsOutcomeKind.Unavailable, "the answer is not that of SQS", 200, "")
            : _field.Written.SequenceEqual(_expectedMd5) ? new(AwsOutcomeKind.Accepted, "", 200, "")
            : new(AwsOutcomeKind.Refused, "SQS answered with the MD5 of another body", 200, "");
}
