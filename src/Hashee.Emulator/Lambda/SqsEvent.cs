using System.Text.Encodings.Web;
using System.Text.Json;
using Hashee.Emulator.Sqs;

namespace Hashee.Emulator.Lambda;

/// <summary>The event of an SQS event source mapping ("Using Lambda with Amazon SQS").</summary>
internal static class SqsEvent
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The event of the first messages, as many as an event has room for.</summary>
    /// <param name="messages">At least one.</param>
    /// <param name="queueArn">Where they came from.</param>
    /// <param name="region">Of the queue.</param>
    /// <param name="camelCase">Whether the two names that Lambda writes otherwise are in camel case.</param>
    /// <returns>The event and how many messages it holds.</returns>
    public static (ReadOnlyMemory<byte> Payload, int Count) Write(
        IReadOnlyList<ReceivedMessage> messages, string queueArn, string region, bool camelCase = false)
    {
        using MemoryStream bytes = new();
        bytes.Write(camelCase ? """{"records":["""u8 : """{"Records":["""u8);
        int count = 0;
        foreach (ReceivedMessage message in messages)
        {
            byte[] record = WriteRecord(message, queueArn, region, camelCase);
            if (count > 0 && bytes.Length + record.Length + ",]}".Length > LambdaError.LargestPayload)
            {
                break;
            }

            if (count > 0)
            {
                bytes.WriteByte((byte)',');
            }

            bytes.Write(record);
            count++;
        }

        bytes.Write("]}"u8);
        return (bytes.ToArray(), count);
    }

    private static byte[] WriteRecord(ReceivedMessage message, string queueArn, string region, bool camelCase)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter writer = new(bytes, Relaxed))
        {
            writer.WriteStartObject();
            writer.WriteString("messageId", message.MessageId);
            writer.WriteString("receiptHandle", message.ReceiptHandle);
            writer.WriteString("body", message.Body);
            writer.WriteStartObject("attributes");
            foreach ((string name, string value) in message.SystemAttributes())
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
            WriteMessageAttributes(writer, message);
            writer.WriteString("md5OfBody", message.Md5OfBody);
            if (message.Md5OfAttributes is not null)
            {
                writer.WriteString("md5OfMessageAttributes", message.Md5OfAttributes);
            }

            writer.WriteString("eventSource", "aws:sqs");
            writer.WriteString(camelCase ? "eventSourceArn" : "eventSourceARN", queueArn);
            writer.WriteString("awsRegion", region);
            writer.WriteEndObject();
        }

        return bytes.ToArray();
    }

    private static void WriteMessageAttributes(Utf8JsonWriter writer, ReceivedMessage message)
    {
        writer.WriteStartObject("messageAttributes");
        foreach ((string name, MessageAttribute attribute) in message.Attributes)
        {
            writer.WriteStartObject(name);
            if (attribute.BinaryValue is not null)
            {
                writer.WriteBase64String("binaryValue", attribute.BinaryValue);
            }
            else
            {
                writer.WriteString("stringValue", attribute.StringValue);
            }

            writer.WriteStartArray("stringListValues");
            writer.WriteEndArray();
            writer.WriteStartArray("binaryListValues");
            writer.WriteEndArray();
            writer.WriteString("dataType", attribute.DataType);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
