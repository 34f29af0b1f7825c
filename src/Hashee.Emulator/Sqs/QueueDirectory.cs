using System.Buffers;
using System.Diagnostics;

namespace Hashee.Emulator.Sqs;

/// <summary>All queues of the account. They share one lock, because a redrive touches two of them.</summary>
internal sealed class QueueDirectory(AwsAccount account, TimeProvider clock)
{
    private const string FifoSuffix = ".fifo";

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    private static readonly TimeSpan NameBlockedFor = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, SqsQueue> _queues = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _deletedAt = new(StringComparer.Ordinal);

    /// <summary>Raised for every accepted send, while the queues are locked: keep it short.</summary>
    public event Action<SentMessage>? Sent;

    public Lock Gate { get; } = new();

    public TimeProvider Clock => clock;

    public string Region => account.Region;

    /// <summary>The unique id that stands for the sender, as IAM would give it to a role.</summary>
    public string SenderId { get; } = "AROA" + account.AccessKeyId[4..];

    /// <summary>Adds a queue.</summary>
    /// <param name="name">1 to 80 letters, digits, hyphens and underscores; <c>.fifo</c> at the end makes it FIFO and counts.</param>
    /// <param name="settings">Checked as SQS does.</param>
    /// <exception cref="SqsException">A name that is taken, was until 60 s ago, or is not allowed; settings that SQS would refuse.</exception>
    public SqsQueue Create(string name, QueueSettings settings)
    {
        bool fifo = name.EndsWith(FifoSuffix, StringComparison.Ordinal);
        ReadOnlySpan<char> stem = fifo ? name.AsSpan(0, name.Length - FifoSuffix.Length) : name;
        if (stem.IsEmpty || name.Length > 80 || stem.ContainsAnyExcept(NameCharacters))
        {
            throw SqsException.InvalidParameterValue("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
        }

        lock (Gate)
        {
            if (_queues.ContainsKey(name))
            {
                throw SqsException.QueueNameExists("QueueName");
            }

            if (clock.GetUtcNow() < _deletedAt.GetValueOrDefault(name) + NameBlockedFor)
            {
                throw SqsException.QueueDeletedRecently();
            }

            Check(settings, fifo);
            return _queues[name] = new SqsQueue(name, settings, this);
        }
    }

    public SqsQueue? Find(string name)
    {
        lock (Gate)
        {
            return _queues.GetValueOrDefault(name);
        }
    }

    public SqsQueue? FindByArn(string arn)
    {
        lock (Gate)
        {
            return _queues.Values.FirstOrDefault(queue => queue.Arn == arn);
        }
    }

    /// <summary>The queues whose names begin so, in the order of their names.</summary>
    public IReadOnlyList<SqsQueue> List(string prefix)
    {
        lock (Gate)
        {
            return [.. _queues.Values
                .Where(queue => queue.Name.StartsWith(prefix, StringComparison.Ordinal))
                .OrderBy(static queue => queue.Name, StringComparer.Ordinal)];
        }
    }

    public void Delete(SqsQueue queue)
    {
        lock (Gate)
        {
            DateTimeOffset now = clock.GetUtcNow();
            foreach (string free in _deletedAt.Where(deleted => now >= deleted.Value + NameBlockedFor).Select(static deleted => deleted.Key).ToArray())
            {
                _deletedAt.Remove(free);
            }

            _deletedAt[queue.Name] = now;
            _queues.Remove(queue.Name);
            queue.Clear();
        }
    }

    /// <summary>Tells the listeners of <see cref="Sent"/>.</summary>
    public void OnSent(SqsQueue queue, OutgoingMessage message, SendResult result, bool isDuplicate) => Sent?.Invoke(new SentMessage(
        Stopwatch.GetTimestamp(), queue.Name, result.MessageId, message.GroupId, message.DeduplicationId, isDuplicate));

    public string ArnOf(string name) => $"arn:aws:sqs:{account.Region}:{AwsAccount.Id}:{name}";

    /// <summary>Refuses settings that SQS would refuse, a dead-letter queue that is missing or of the other kind included.</summary>
    /// <exception cref="SqsException">What is wrong, with the attribute's name.</exception>
    public void Check(QueueSettings settings, bool fifo)
    {
        settings.Check(fifo);
        if (settings.RedrivePolicy is not { } policy)
        {
            return;
        }

        SqsQueue target = FindByArn(policy.DeadLetterTargetArn) ?? throw SqsException.InvalidParameterValue(
            nameof(QueueSettings.RedrivePolicy), policy.DeadLetterTargetArn, "Dead letter target does not exist.");
        if (target.IsFifo != fifo)
        {
            throw SqsException.InvalidParameterValue(
                nameof(QueueSettings.RedrivePolicy), policy.DeadLetterTargetArn, "Dead-letter queue must be of the same type as the source.");
        }
    }
}
