using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Hashee.Lambda;

/// <summary>
/// A batch of messages as Lambda's event source mapping delivers it (Lambda developer guide, "Using Lambda with Amazon SQS"). Only what is used is
/// read. Names count in any letter case: AWS's test tool for .NET writes all of them in camel case.
/// </summary>
public sealed class SqsEvent
{
    private const int LongestName = 64;

    /// <summary>The end of the year 9999 in Unix milliseconds.</summary>
    private const long LatestTime = 253_402_300_799_999;

    /// <summary>The messages; those of one group in order.</summary>
    public required IReadOnlyList<SqsMessage> Messages { get; init; }

    /// <summary>The ids of records that have no body in Unicode: nothing can be done with them but to report them as failed.</summary>
    public required IReadOnlyList<string> OddMessageIds { get; init; }

    /// <summary>Reads an event.</summary>
    /// <param name="payload">The event's JSON.</param>
    /// <param name="sqsEvent">What it holds.</param>
    /// <returns>False when it is not JSON, or not a list of records that each have an id to be reported by.</returns>
    public static bool TryRead(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out SqsEvent? sqsEvent)
    {
        sqsEvent = null;
        try
        {
            Utf8JsonReader json = new(payload, new JsonReaderOptions { MaxDepth = int.MaxValue });
            bool isObject = json.Read() && json.TokenType == JsonTokenType.StartObject;
            while (isObject && json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                bool isList = NameIs(ref json, "Records");
                json.Read();
                if (!isList || json.TokenType != JsonTokenType.StartArray)
                {
                    json.Skip();
                }
                else if (!TryReadRecords(ref json, out sqsEvent))
                {
                    return false;
                }
            }

            // What stands behind the object makes it no JSON.
            json.Read();
        }
        catch (JsonException)
        {
            sqsEvent = null;
        }

        return sqsEvent is not null;
    }

    private static bool TryReadRecords(ref Utf8JsonReader json, [NotNullWhen(true)] out SqsEvent? sqsEvent)
    {
        List<SqsMessage> messages = [];
        List<string> odd = [];
        sqsEvent = null;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            RecordFields record = default;
            if (json.TokenType == JsonTokenType.StartObject)
            {
                record.Read(ref json);
            }

            if (string.IsNullOrEmpty(record.MessageId))
            {
                return false;
            }

            if (record.Body is null)
            {
                odd.Add(record.MessageId);
                continue;
            }

            messages.Add(new SqsMessage
            {
                MessageId = record.MessageId,
                ReceiptHandle = record.ReceiptHandle,
                Body = record.Body,
                GroupId = record.GroupId,
                ReceiveCount = (int)Math.Clamp(record.ReceiveCount ?? 1, 1, int.MaxValue),
                SentUnixMilliseconds = record.SentTimestamp is >= 0 and <= LatestTime ? record.SentTimestamp : null,
            });
        }

        sqsEvent = new SqsEvent { Messages = messages, OddMessageIds = odd };
        return true;
    }

    private static bool NameIs(ref Utf8JsonReader json, string expected)
    {
        if (json.ValueSpan.Length > LongestName)
        {
            return false;
        }

        try
        {
            Span<char> name = stackalloc char[LongestName];
            return name[..json.CopyString(name)].Equals(expected, StringComparison.OrdinalIgnoreCase);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return false;
        }
    }

    /// <summary>The fields of one record that are used; null where they are missing or something else than they should be.</summary>
    private struct RecordFields
    {
        public string? MessageId { get; private set; }

        public string? ReceiptHandle { get; private set; }

        public string? Body { get; private set; }

        public string? GroupId { get; private set; }

        public long? ReceiveCount { get; private set; }

        public long? SentTimestamp { get; private set; }

        /// <summary>Reads an object to its end.</summary>
        public void Read(ref Utf8JsonReader json)
        {
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (NameIs(ref json, "messageId"))
                {
                    MessageId = ReadText(ref json);
                }
                else if (NameIs(ref json, "receiptHandle"))
                {
                    ReceiptHandle = ReadText(ref json);
                }
                else if (NameIs(ref json, "body"))
                {
                    Body = ReadText(ref json);
                }
                else if (!NameIs(ref json, "attributes"))
                {
                    json.Skip();
                }
                else if (json.Read() && json.TokenType == JsonTokenType.StartObject)
                {
                    ReadAttributes(ref json);
                }
                else
                {
                    json.Skip();
                }
            }
        }

        private void ReadAttributes(ref Utf8JsonReader json)
        {
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (NameIs(ref json, "MessageGroupId"))
                {
                    GroupId = ReadText(ref json);
                }
                else if (NameIs(ref json, "ApproximateReceiveCount"))
                {
                    ReceiveCount = ReadNumber(ref json);
                }
                else if (NameIs(ref json, "SentTimestamp"))
                {
                    SentTimestamp = ReadNumber(ref json);
                }
                else
                {
                    json.Skip();
                }
            }
        }

        private static string? ReadText(ref Utf8JsonReader json)
        {
            json.Read();
            if (json.TokenType != JsonTokenType.String)
            {
                json.Skip();
                return null;
            }

            try
            {
                return json.GetString();
            }
            catch (InvalidOperationException)
            {
                // Half of a surrogate pair, or bytes that are no UTF-8.
                return null;
            }
        }

        /// <summary>A number as SQS writes it, in a string, or as one would expect it.</summary>
        private static long? ReadNumber(ref Utf8JsonReader json)
        {
            json.Read();
            if (json.TokenType is JsonTokenType.String or JsonTokenType.Number)
            {
                return Utf8Parser.TryParse(json.ValueSpan, out long number, out int length) && length == json.ValueSpan.Length ? number : null;
            }

            json.Skip();
            return null;
        }
    }
}
