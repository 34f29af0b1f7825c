extern alias host;
using Hashee.Aws;
using Hashee.Host;
using Hashee.Host.Native;
using JsonText = host::Hashee.Formats.JsonText;
using UtcTimestamp = host::Hashee.Formats.UtcTimestamp;

namespace Hashee.Benchmarks.Suites.Dispatch;

/// <summary>
/// SQS's SendMessage request as <see cref="SqsClient"/> writes it, of the same parts, but without a connection.
/// </summary>
internal sealed class SendMessageRequest(string queueUrl, string authority)
{
    private readonly SignatureV4 _signature = new("AKIDEXAMPLE", "a secret access key"u8.ToArray(), "us-east-1", "sqs");
    private readonly byte[] _authority = System.Text.Encoding.ASCII.GetBytes(authority);
    private readonly ByteBuffer _head = new(2048);
    private readonly ByteBuffer _request = new(4096);

    /// <summary>What <see cref="SqsClient"/> compares SQS's answer with, as <see cref="Write"/> left it.</summary>
    public byte[] Md5 { get; } = new byte[LibCrypto.Md5Length];

    /// <summary>Writes and signs the request.</summary>
    public ReadOnlySpan<byte> Write(ReadOnlySpan<byte> body, ReadOnlySpan<byte> groupId, ReadOnlySpan<byte> deduplicationId)
    {
        _request.Clear(headroom: 1024);
        _request.Append("{\"QueueUrl\":"u8);
        JsonText.WriteString(_request, queueUrl);
        _request.Append(",\"MessageBody\":"u8);
        JsonText.WriteString(_request, body);
        _request.Append(",\"MessageGroupId\":"u8);
        JsonText.WriteString(_request, groupId);
        _request.Append(",\"MessageDeduplicationId\":"u8);
        JsonText.WriteString(_request, deduplicationId);
        _request.Append((byte)'}');
        _request.Prepend(Sign(_request.Written));
        LibCrypto.Md5(body, Md5);
        return _request.Written;
    }

    /// <summary>Signs a body with Signature Version 4.</summary>
    /// <returns>The head of the request.</returns>
    public ReadOnlySpan<byte> Sign(ReadOnlySpan<byte> body)
    {
        Span<byte> timestamp = stackalloc byte[SignatureV4.TimestampLength];
        UtcTimestamp.WriteBasic(timestamp, DateTimeOffset.UtcNow);
        Span<byte> payloadHash = stackalloc byte[LibCrypto.Sha256Length];
        LibCrypto.Sha256(body, payloadHash);

        _signature.Begin("POST"u8, "/"u8, query: default);
        _head.Clear();
        _head.Append("POST / HTTP/1.1\r\n"u8);
        AddHeader("Host"u8, _authority);
        AddHeader("Content-Type"u8, "application/x-amz-json-1.0"u8);
        AddHeader("X-Amz-Target"u8, "AmazonSQS.SendMessage"u8);
        AddHeader("X-Amz-Date"u8, timestamp);
        _head.Append("Content-Length: "u8);
        _head.Append(body.Length);
        _head.Append("\r\nAuthorization: "u8);
        _signature.Finish(timestamp, payloadHash, _head);
        _head.Append("\r\n\r\n"u8);
        return _head.Written;
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
