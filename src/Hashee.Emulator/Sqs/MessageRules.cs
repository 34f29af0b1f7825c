using System.Buffers;
using System.Globalization;
using System.Text;

namespace Hashee.Emulator.Sqs;

/// <summary>What SQS refuses in a message, whatever the state of the queue ("Message quotas" and SendMessage in its documentation).</summary>
internal static class MessageRules
{
    private const int MaximumAttributes = 10;

    /// <summary>Digits, letters and ASCII punctuation: the printable ASCII characters without the space.</summary>
    private static readonly SearchValues<char> IdCharacters =
        SearchValues.Create(string.Concat(Enumerable.Range('!', '~' - '!' + 1).Select(static c => (char)c)));

    private static readonly SearchValues<char> AttributeNameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");

    /// <summary>Refuses a message that no queue with these settings takes.</summary>
    /// <exception cref="SqsException">What is wrong with it, in the words of SQS.</exception>
    public static void Check(OutgoingMessage message, QueueSettings settings, bool fifo)
    {
        if (message.Body.Length == 0)
        {
            throw SqsException.MissingParameter("MessageBody");
        }

        CheckText(message.Body);
        CheckAttributes(message.Attributes);
        if (SizeOf(message) > settings.MaximumMessageSize)
        {
            throw SqsException.InvalidParameterValue(
                $"One or more parameters are invalid. Reason: Message must be shorter than {settings.MaximumMessageSize} bytes.");
        }

        CheckId(message.GroupId, "MessageGroupId");
        CheckId(message.DeduplicationId, "MessageDeduplicationId");
        if (fifo)
        {
            CheckFifo(message, settings);
        }
        else if (message.DeduplicationId is not null)
        {
            throw SqsException.InvalidParameterValue(
                "MessageDeduplicationId", message.DeduplicationId, "The request includes a parameter that is not valid for this queue type.");
        }

        if (message.Delay is { } delay && (delay < TimeSpan.Zero || delay > TimeSpan.FromSeconds(900)))
        {
            throw SqsException.InvalidParameterValue(
                "DelaySeconds", (long)delay.TotalSeconds, "DelaySeconds must be >= 0 and <= 900.");
        }
    }

    /// <summary>Bytes that count towards the limits: the body, and name, type and value of every attribute.</summary>
    public static int SizeOf(OutgoingMessage message) =>
        Encoding.UTF8.GetByteCount(message.Body)
        + message.Attributes.Sum(static attribute =>
            Encoding.UTF8.GetByteCount(attribute.Key)
            + Encoding.UTF8.GetByteCount(attribute.Value.DataType)
            + attribute.Value.ValueBytes.Length);

    private static void CheckFifo(OutgoingMessage message, QueueSettings settings)
    {
        if (message.GroupId is null)
        {
            throw SqsException.MissingParameter("MessageGroupId");
        }

        if (message.DeduplicationId is null && !settings.ContentBasedDeduplication)
        {
            throw SqsException.InvalidParameterValue(
                "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly");
        }

        if (message.Delay is { } delay && delay != TimeSpan.Zero)
        {
            throw SqsException.InvalidParameterValue(
                "DelaySeconds", (long)delay.TotalSeconds, "The request include parameter that is not valid for this queue type.");
        }
    }

    private static void CheckId(string? id, string parameter)
    {
        if (id is not null && (id.Length is 0 or > 128 || id.AsSpan().ContainsAnyExcept(IdCharacters)))
        {
            throw SqsException.InvalidParameterValue(
                parameter, id, $"{parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.");
        }
    }

    /// <summary>The characters of XML 1.0, which are the ones SQS documents.</summary>
    private static void CheckText(string text)
    {
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool allowed = rune.Value is 0x9 or 0xA or 0xD or (>= 0x20 and <= 0xD7FF) or (>= 0xE000 and <= 0xFFFD) or >= 0x10000;
            if (!allowed)
            {
                throw SqsException.InvalidMessageContents();
            }
        }
    }

    private static void CheckAttributes(IReadOnlyDictionary<string, MessageAttribute> attributes)
    {
        if (attributes.Count > MaximumAttributes)
        {
            throw SqsException.InvalidParameterValue(
                $"Number of message attributes [{attributes.Count}] exceeds the allowed maximum [{MaximumAttributes}].");
        }

        foreach ((string name, MessageAttribute attribute) in attributes)
        {
            CheckAttributeName(name);
            CheckAttributeValue(name, attribute);
        }
    }

    private static void CheckAttributeName(string name)
    {
        bool reserved = name.StartsWith("AWS.", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("Amazon.", StringComparison.OrdinalIgnoreCase);
        bool misplacedPeriod = name.StartsWith('.') || name.EndsWith('.') || name.Contains("..", StringComparison.Ordinal);
        if (name.Length is 0 or > 256 || reserved || misplacedPeriod || name.AsSpan().ContainsAnyExcept(AttributeNameCharacters))
        {
            throw SqsException.InvalidParameterValue($"The message attribute name '{name}' is invalid.");
        }
    }

    private static void CheckAttributeValue(string name, MessageAttribute attribute)
    {
        string type = attribute.DataType.Split('.')[0];
        if (type is not ("String" or "Number" or "Binary") || attribute.DataType.Length > 256)
        {
            throw SqsException.InvalidParameterValue(
                $"The message attribute '{name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.");
        }

        bool hasValue = attribute.IsBinary
            ? attribute is { BinaryValue.Length: > 0, StringValue: null }
            : attribute is { StringValue.Length: > 0, BinaryValue: null };
        if (!hasValue)
        {
            throw SqsException.InvalidParameterValue(
                $"The message attribute '{name}' must contain non-empty message attribute value for message attribute type '{type}'.");
        }

        if (type == "Number" && !decimal.TryParse(attribute.StringValue, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
        {
            throw SqsException.InvalidParameterValue($"Can't cast the value of message (user) attribute '{name}' to a number.");
        }

        if (attribute.StringValue is not null)
        {
            CheckText(attribute.StringValue);
        }
    }
}
