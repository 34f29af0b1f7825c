using System.Globalization;
using System.Text.Json;

namespace Hashee.Emulator.Sqs;

/// <summary>The attributes of a queue by their SQS names: how each is read from a queue and how it is set.</summary>
internal static class QueueAttributes
{
    private const string FifoQueue = "FifoQueue";

    /// <summary>In the order in which SQS shows them. A getter that returns null says that this queue has no such attribute.</summary>
    private static readonly Attribute[] All =
    [
        new("QueueArn", static queue => queue.Arn),
        new("ApproximateNumberOfMessages", static queue => Text(queue.Counts.Visible)),
        new("ApproximateNumberOfMessagesNotVisible", static queue => Text(queue.Counts.InFlight)),
        new("ApproximateNumberOfMessagesDelayed", static queue => Text(queue.Counts.Delayed)),
        new("CreatedTimestamp", static queue => Text(queue.CreatedAt.ToUnixTimeSeconds())),
        new("LastModifiedTimestamp", static queue => Text(queue.LastModifiedAt.ToUnixTimeSeconds())),
        new(
            "VisibilityTimeout",
            static queue => Text(queue.Settings.VisibilityTimeout),
            static (settings, value) => settings with { VisibilityTimeout = Seconds(value) }),
        new(
            "MaximumMessageSize",
            static queue => Text(queue.Settings.MaximumMessageSize),
            static (settings, value) => settings with { MaximumMessageSize = Number(value) }),
        new(
            "MessageRetentionPeriod",
            static queue => Text(queue.Settings.MessageRetentionPeriod),
            static (settings, value) => settings with { MessageRetentionPeriod = Seconds(value) }),
        new(
            "DelaySeconds",
            static queue => Text(queue.Settings.Delay),
            static (settings, value) => settings with { Delay = Seconds(value) }),
        new(
            "ReceiveMessageWaitTimeSeconds",
            static queue => Text(queue.Settings.ReceiveMessageWaitTime),
            static (settings, value) => settings with { ReceiveMessageWaitTime = Seconds(value) }),
        new(
            "SqsManagedSseEnabled",
            static queue => Text(queue.Settings.SqsManagedSseEnabled),
            static (settings, value) => settings with { SqsManagedSseEnabled = Flag(value) }),
        new(
            "RedrivePolicy",
            static queue => queue.Settings.RedrivePolicy is { } policy ? Text(policy) : null,
            static (settings, value) => settings with { RedrivePolicy = value.Length == 0 ? null : Policy(value) }),
        new(FifoQueue, static queue => queue.IsFifo ? "true" : null),
        new(
            "DeduplicationScope",
            static queue => !queue.IsFifo ? null : queue.Settings.DeduplicationScope == DeduplicationScope.Queue ? "queue" : "messageGroup",
            static (settings, value) => settings with
            {
                DeduplicationScope = value switch
                {
                    "queue" => DeduplicationScope.Queue,
                    "messageGroup" => DeduplicationScope.MessageGroup,
                    _ => throw new FormatException(),
                },
            }),
        new(
            "FifoThroughputLimit",
            static queue => !queue.IsFifo ? null : queue.Settings.FifoThroughputLimit == FifoThroughputLimit.PerQueue ? "perQueue" : "perMessageGroupId",
            static (settings, value) => settings with
            {
                FifoThroughputLimit = value switch
                {
                    "perQueue" => FifoThroughputLimit.PerQueue,
                    "perMessageGroupId" => FifoThroughputLimit.PerMessageGroupId,
                    _ => throw new FormatException(),
                },
            }),
        new(
            "ContentBasedDeduplication",
            static queue => !queue.IsFifo ? null : Text(queue.Settings.ContentBasedDeduplication),
            static (settings, value) => settings with { ContentBasedDeduplication = Flag(value) }),
    ];

    /// <summary>The attributes that were asked for; <c>All</c> stands for every one.</summary>
    /// <exception cref="SqsException">InvalidAttributeName.</exception>
    public static IReadOnlyDictionary<string, string> Read(SqsQueue queue, IReadOnlyList<string> names)
    {
        Dictionary<string, string> values = [];
        IEnumerable<Attribute> wanted = names.Contains("All") ? All : names.Select(Find);
        foreach (Attribute attribute in wanted)
        {
            if (attribute.Get(queue) is { } value)
            {
                values[attribute.Name] = value;
            }
        }

        return values;
    }

    /// <summary>Settings of a new queue. <c>FifoQueue</c> has to agree with the name.</summary>
    /// <exception cref="SqsException">InvalidAttributeName, InvalidAttributeValue or InvalidParameterValue.</exception>
    public static QueueSettings ForNewQueue(string queueName, IReadOnlyDictionary<string, string> values)
    {
        bool fifoName = queueName.EndsWith(".fifo", StringComparison.Ordinal);
        values.TryGetValue(FifoQueue, out string? fifo);
        if (fifo == "true" && !fifoName)
        {
            throw SqsException.InvalidParameterValue(
                "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.");
        }

        if (fifo is not (null or "true"))
        {
            throw fifoName ? SqsException.InvalidAttributeValue(FifoQueue) : SqsException.InvalidAttributeName(FifoQueue);
        }

        if (fifoName && fifo is null)
        {
            throw SqsException.InvalidParameterValue("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
        }

        return Apply(new QueueSettings(), values, fifoName);
    }

    /// <summary>The settings of an existing queue with some of them changed.</summary>
    /// <exception cref="SqsException">InvalidAttributeName or InvalidAttributeValue.</exception>
    public static QueueSettings Change(SqsQueue queue, IReadOnlyDictionary<string, string> values)
    {
        if (values.TryGetValue(FifoQueue, out string? fifo) && !(queue.IsFifo && fifo == "true"))
        {
            throw queue.IsFifo ? SqsException.InvalidAttributeValue(FifoQueue) : SqsException.InvalidAttributeName(FifoQueue);
        }

        return Apply(queue.Settings, values, queue.IsFifo);
    }

    /// <summary>The first attribute whose value differs from the queue's, null when they agree.</summary>
    public static string? FirstDifference(SqsQueue queue, IReadOnlyDictionary<string, string> values)
    {
        foreach ((string name, string value) in values.Where(static pair => pair.Key != FifoQueue))
        {
            QueueSettings changed = Apply(queue.Settings, new Dictionary<string, string> { [name] = value }, queue.IsFifo);
            if (changed != queue.Settings)
            {
                return name;
            }
        }

        return null;
    }

    private static QueueSettings Apply(QueueSettings settings, IReadOnlyDictionary<string, string> values, bool fifo)
    {
        foreach ((string name, string value) in values.Where(static pair => pair.Key != FifoQueue))
        {
            Attribute attribute = Find(name);
            bool fifoOnly = name is "DeduplicationScope" or "FifoThroughputLimit" or "ContentBasedDeduplication";
            if (attribute.Set is null || (fifoOnly && !fifo))
            {
                throw SqsException.InvalidAttributeName(name);
            }

            try
            {
                settings = attribute.Set(settings, value);
            }
            catch (Exception failure) when (failure is FormatException or OverflowException)
            {
                throw SqsException.InvalidAttributeValue(name);
            }
        }

        return settings;
    }

    private static Attribute Find(string name) =>
        Array.Find(All, attribute => attribute.Name == name) ?? throw SqsException.InvalidAttributeName(name);

    private static int Number(string value) => int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture);

    private static TimeSpan Seconds(string value) => TimeSpan.FromSeconds(Number(value));

    private static bool Flag(string value) => value switch
    {
        "true" => true,
        "false" => false,
        _ => throw new FormatException(),
    };

    private static RedrivePolicy Policy(string value)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(value);
            string? arn = document.RootElement.GetProperty("deadLetterTargetArn").GetString();
            JsonElement count = document.RootElement.GetProperty("maxReceiveCount");
            int maxReceiveCount = count.ValueKind == JsonValueKind.String ? Number(count.GetString()!) : count.GetInt32();
            return new RedrivePolicy(arn ?? throw new FormatException(), maxReceiveCount);
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException("Not a redrive policy.", failure);
        }
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(TimeSpan value) => Text((long)value.TotalSeconds);

    private static string Text(bool value) => value ? "true" : "false";

    private static string Text(RedrivePolicy policy) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"deadLetterTargetArn":"{{policy.DeadLetterTargetArn}}","maxReceiveCount":{{policy.MaxReceiveCount}}}""");

    private sealed record Attribute(string Name, Func<SqsQueue, string?> Get, Func<QueueSettings, string, QueueSettings>? Set = null);
}
