using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Hashee.Emulator.Sqs;

/// <summary>
/// One queue with the semantics of SQS, standard or FIFO (a name that ends in <c>.fifo</c>). The wire is <see cref="SqsApi"/>'s;
/// calls from inside the process and calls over HTTP see the same messages and get the same refusals.
/// </summary>
internal sealed class SqsQueue
{
    private const string FifoSuffix = ".fifo";

    private static readonly TimeSpan DeduplicationInterval = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan PurgeInterval = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestVisibilityTimeout = TimeSpan.FromHours(12);

    private readonly QueueDirectory _directory;
    private readonly Lock _gate;
    private readonly TimeProvider _clock;
    private readonly LinkedList<StoredMessage> _messages = new();
    private readonly Dictionary<(string? Group, string Id), (SendResult Result, DateTimeOffset At)> _deduplicated = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _sequenceNumber;
    private DateTimeOffset? _purgedAt;

    /// <summary>Use <see cref="QueueDirectory.Create"/>.</summary>
    internal SqsQueue(string name, QueueSettings settings, QueueDirectory directory)
    {
        Name = name;
        Settings = settings;
        _directory = directory;
        _gate = directory.Gate;
        _clock = directory.Clock;
        CreatedAt = LastModifiedAt = _clock.GetUtcNow();
    }

    public string Name { get; }

    public string Region => _directory.Region;

    public string Arn => _directory.ArnOf(Name);

    /// <summary>The path of the queue's URL: <c>/account/name</c>.</summary>
    public string Path => $"/{AwsAccount.Id}/{Name}";

    public bool IsFifo => Name.EndsWith(FifoSuffix, StringComparison.Ordinal);

    public QueueSettings Settings { get; private set; }

    public DateTimeOffset CreatedAt { get; }

    public DateTimeOffset LastModifiedAt { get; private set; }

    public QueueCounts Counts
    {
        get
        {
            lock (_gate)
            {
                DateTimeOffset now = Expire();
                int inFlight = _messages.Count(message => message.VisibleAt > now && message.WasReceivedHere);
                int delayed = _messages.Count(message => message.VisibleAt > now && !message.WasReceivedHere);
                return new QueueCounts(_messages.Count - inFlight - delayed, inFlight, delayed);
            }
        }
    }

    /// <summary>Replaces the settings; they hold for messages already in the queue where SQS says so.</summary>
    /// <exception cref="SqsException">Settings that SQS would refuse.</exception>
    public void Configure(QueueSettings settings)
    {
        lock (_gate)
        {
            _directory.Check(settings, IsFifo);
            Settings = settings;
            LastModifiedAt = _clock.GetUtcNow();
            Signal();
        }
    }

    /// <summary>Takes a message, or drops it as a duplicate and answers as for the first, but with the digests of what was sent now.</summary>
    /// <exception cref="SqsException">A message that SQS would refuse.</exception>
    public SendResult Send(OutgoingMessage message)
    {
        MessageRules.Check(message, Settings, IsFifo);
        if (IsFifo)
        {
            message = message with { DeduplicationId = message.DeduplicationId ?? Sha256Of(message.Body) };
        }

        lock (_gate)
        {
            DateTimeOffset now = Expire();
            SendResult? first = IsFifo ? FindDuplicate(message, now) : null;
            SendResult result = first is null ? Enqueue(message, now) : first with
            {
                Md5OfBody = MessageDigest.OfBody(message.Body),
                Md5OfAttributes = MessageDigest.OfAttributes(message.Attributes),
            };
            _directory.OnSent(this, message, result, first is not null);
            return result;
        }
    }

    /// <summary>Receives what is there, without waiting.</summary>
    /// <param name="maximum">1 to 10 messages.</param>
    /// <param name="visibilityTimeout">0 s to 12 h; null takes the queue's.</param>
    /// <returns>Possibly none. FIFO: as many of the oldest unblocked group as fit, in order, then of the next.</returns>
    public IReadOnlyList<ReceivedMessage> Receive(int maximum = 1, TimeSpan? visibilityTimeout = null)
    {
        lock (_gate)
        {
            DateTimeOffset now = Expire();
            List<ReceivedMessage> received = [];
            foreach (StoredMessage message in Available(now))
            {
                if (received.Count == maximum)
                {
                    break;
                }

                if (!TryRedrive(message, now))
                {
                    received.Add(HandOut(message, now, visibilityTimeout ?? Settings.VisibilityTimeout));
                }
            }

            if (received.Count > 0)
            {
                Signal();
            }

            return received;
        }
    }

    /// <summary>Receives, waiting until there is something to receive.</summary>
    /// <param name="maximum">1 to 10 messages.</param>
    /// <param name="visibilityTimeout">0 s to 12 h; null takes the queue's.</param>
    /// <param name="wait">How long to wait on the queue's clock; null takes the queue's receive wait time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>None when the wait is over.</returns>
    public async Task<IReadOnlyList<ReceivedMessage>> ReceiveAsync(
        int maximum = 1,
        TimeSpan? visibilityTimeout = null,
        TimeSpan? wait = null,
        CancellationToken cancellationToken = default)
    {
        DateTimeOffset deadline = _clock.GetUtcNow() + (wait ?? Settings.ReceiveMessageWaitTime);
        while (true)
        {
            Task change;
            TimeSpan pause;
            lock (_gate)
            {
                cancellationToken.ThrowIfCancellationRequested();
                IReadOnlyList<ReceivedMessage> received = Receive(maximum, visibilityTimeout);
                DateTimeOffset now = _clock.GetUtcNow();
                if (received.Count > 0 || now >= deadline)
                {
                    return received;
                }

                change = _changed.Task;
                DateTimeOffset due = NextDue(now) ?? deadline;
                pause = (due < deadline ? due : deadline) - now;
            }

            await EitherAsync(change, pause, cancellationToken);
        }
    }

    /// <summary>Waits until the queue holds what the condition asks for.</summary>
    /// <param name="condition">For example <c>counts => counts.Total == 0</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task WhenAsync(Func<QueueCounts, bool> condition, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task change;
            TimeSpan pause;
            lock (_gate)
            {
                if (condition(Counts))
                {
                    return;
                }

                change = _changed.Task;
                DateTimeOffset now = _clock.GetUtcNow();
                pause = NextDue(now) is { } due ? due - now : Timeout.InfiniteTimeSpan;
            }

            await EitherAsync(change, pause, cancellationToken);
        }
    }

    /// <summary>Deletes a received message. A message that is gone already is no error.</summary>
    /// <exception cref="SqsException">The handle is none of this queue's, or FIFO and its visibility timeout is over.</exception>
    public void Delete(string receiptHandle)
    {
        ReceiptHandle handle = ReceiptHandle.Parse(receiptHandle, Arn);
        lock (_gate)
        {
            DateTimeOffset now = Expire();
            if (Find(handle.MessageId) is not { } message)
            {
                return;
            }

            if (IsFifo && (message.ReceiveCount != handle.ReceiveCount || message.VisibleAt <= now))
            {
                throw Expired(receiptHandle);
            }

            if (message.ReceiveCount == handle.ReceiveCount)
            {
                _messages.Remove(message);
                Signal();
            }
        }
    }

    /// <summary>Hides a message that is in flight for another while, counted from now.</summary>
    /// <param name="receiptHandle">Of the latest receive.</param>
    /// <param name="timeout">0 s makes the message visible at once; at most 12 h after it was received.</param>
    /// <exception cref="SqsException">The handle is none of this queue's, or the message is not in flight.</exception>
    public void ChangeVisibility(string receiptHandle, TimeSpan timeout)
    {
        ReceiptHandle handle = ReceiptHandle.Parse(receiptHandle, Arn);
        lock (_gate)
        {
            DateTimeOffset now = Expire();
            if (Find(handle.MessageId) is not { } message)
            {
                throw SqsException.InvalidParameterValue(
                    "ReceiptHandle", receiptHandle, "Message does not exist or is not available for visibility timeout change.");
            }

            if (message.ReceiveCount != handle.ReceiveCount || message.VisibleAt <= now)
            {
                throw IsFifo ? Expired(receiptHandle) : SqsException.MessageNotInflight();
            }

            if (now + timeout > message.LastReceivedAt + LongestVisibilityTimeout)
            {
                throw SqsException.InvalidParameterValue(
                    "VisibilityTimeout",
                    (long)timeout.TotalSeconds,
                    "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]");
            }

            message.VisibleAt = now + timeout;
            Signal();
        }
    }

    /// <summary>Drops every message. Deduplication goes on.</summary>
    /// <exception cref="SqsException">PurgeQueueInProgress: less than 60 s after the last one.</exception>
    public void Purge()
    {
        lock (_gate)
        {
            DateTimeOffset now = _clock.GetUtcNow();
            if (now < _purgedAt + PurgeInterval)
            {
                throw SqsException.PurgeQueueInProgress(Name);
            }

            _purgedAt = now;
            Clear();
        }
    }

    /// <summary>Drops every message, whenever it was last done.</summary>
    internal void Clear()
    {
        lock (_gate)
        {
            _messages.Clear();
            Signal();
        }
    }

    /// <summary>The oldest message that could be received now; null when there is none.</summary>
    internal StoredMessage? OldestAvailable()
    {
        lock (_gate)
        {
            return Available(Expire()).FirstOrDefault();
        }
    }

    /// <summary>Takes a message out and sends it to another queue, where it is a new one: new id, time and count of receives.</summary>
    internal void MoveTo(SqsQueue target, StoredMessage message)
    {
        lock (_gate)
        {
            _messages.Remove(message);
            Signal();
            DateTimeOffset now = target.Expire();
            if (!IsFifo || target.FindDuplicate(message.Content, now) is null)
            {
                target.Enqueue(message.Content, now);
            }
        }
    }

    private static SqsException Expired(string receiptHandle) =>
        SqsException.InvalidParameterValue("ReceiptHandle", receiptHandle, "The receipt handle has expired.");

    private static string Sha256Of(string body) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)));

    private SendResult? FindDuplicate(OutgoingMessage message, DateTimeOffset now) =>
        _deduplicated.TryGetValue(DeduplicationKey(message), out (SendResult Result, DateTimeOffset At) first)
        && now < first.At + DeduplicationInterval
            ? first.Result
            : null;

    private (string? Group, string Id) DeduplicationKey(OutgoingMessage message) =>
        (Settings.DeduplicationScope == DeduplicationScope.MessageGroup ? message.GroupId : null, message.DeduplicationId!);

    private SendResult Enqueue(OutgoingMessage message, DateTimeOffset now)
    {
        StoredMessage stored = new()
        {
            Id = Guid.NewGuid().ToString(),
            Content = message,
            Md5OfBody = MessageDigest.OfBody(message.Body),
            Md5OfAttributes = MessageDigest.OfAttributes(message.Attributes),
            SentAt = now,
            EnqueuedAt = now,
            SequenceNumber = NextSequenceNumber(),
            VisibleAt = now + (IsFifo ? Settings.Delay : message.Delay ?? Settings.Delay),
        };
        _messages.AddLast(stored);
        Signal();

        SendResult result = new(stored.Id, stored.Md5OfBody, stored.Md5OfAttributes, stored.SequenceNumber);
        if (IsFifo)
        {
            _deduplicated[DeduplicationKey(message)] = (result, now);
        }

        return result;
    }

    /// <summary>20 digits that grow but do not count, as those of SQS.</summary>
    private string? NextSequenceNumber() =>
        IsFifo ? "188" + (_sequenceNumber += 256).ToString("D17", CultureInfo.InvariantCulture) : null;

    /// <summary>What may be handed out now. FIFO: group by group, a group with a hidden message not at all.</summary>
    private StoredMessage[] Available(DateTimeOffset now) => IsFifo
        ? [.. _messages
            .GroupBy(static message => message.Content.GroupId)
            .Where(group => group.All(message => message.VisibleAt <= now))
            .SelectMany(static group => group)]
        : [.. _messages.Where(message => message.VisibleAt <= now)];

    private bool TryRedrive(StoredMessage message, DateTimeOffset now)
    {
        if (Settings.RedrivePolicy is not { } policy
            || message.ReceiveCount < policy.MaxReceiveCount
            || _directory.FindByArn(policy.DeadLetterTargetArn) is not { } target)
        {
            return false;
        }

        _messages.Remove(message);
        Signal();
        message.DeadLetterQueueSourceArn = Arn;
        message.WasReceivedHere = false;
        message.SequenceNumber = target.NextSequenceNumber();
        message.VisibleAt = now;
        if (IsFifo)
        {
            message.EnqueuedAt = now;

            // Two messages that shared a deduplication id must both have room in the dead-letter queue.
            message.Content = message.Content with { DeduplicationId = message.Id };
        }

        target._messages.AddLast(message);
        target.Signal();
        return true;
    }

    private ReceivedMessage HandOut(StoredMessage message, DateTimeOffset now, TimeSpan visibilityTimeout)
    {
        message.ReceiveCount++;
        message.FirstReceivedAt ??= now;
        message.LastReceivedAt = now;
        message.VisibleAt = now + visibilityTimeout;
        message.WasReceivedHere = true;
        return new ReceivedMessage
        {
            MessageId = message.Id,
            ReceiptHandle = new ReceiptHandle(Arn, message.Id, message.ReceiveCount).ToString(),
            Body = message.Content.Body,
            Md5OfBody = message.Md5OfBody,
            Attributes = message.Content.Attributes,
            Md5OfAttributes = message.Md5OfAttributes,
            GroupId = message.Content.GroupId,
            DeduplicationId = message.Content.DeduplicationId,
            SequenceNumber = message.SequenceNumber,
            TraceHeader = message.Content.TraceHeader,
            DeadLetterQueueSourceArn = message.DeadLetterQueueSourceArn,
            SenderId = _directory.SenderId,
            SentAt = message.SentAt,
            FirstReceivedAt = message.FirstReceivedAt.Value,
            ReceiveCount = message.ReceiveCount,
        };
    }

    private StoredMessage? Find(string messageId) => _messages.FirstOrDefault(message => message.Id == messageId);

    /// <summary>Drops what is older than the retention period.</summary>
    /// <returns>The time now.</returns>
    private DateTimeOffset Expire()
    {
        DateTimeOffset now = _clock.GetUtcNow();
        LinkedListNode<StoredMessage>? node = _messages.First;
        while (node is not null)
        {
            LinkedListNode<StoredMessage>? next = node.Next;
            if (node.Value.EnqueuedAt + Settings.MessageRetentionPeriod <= now)
            {
                _messages.Remove(node);
            }

            node = next;
        }

        return now;
    }

    /// <summary>When the next hidden message becomes visible by itself.</summary>
    private DateTimeOffset? NextDue(DateTimeOffset now) => _messages
        .Where(message => message.VisibleAt > now)
        .Min(static message => (DateTimeOffset?)message.VisibleAt);

    private void Signal()
    {
        TaskCompletionSource changed = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }

    private async Task EitherAsync(Task change, TimeSpan pause, CancellationToken cancellationToken)
    {
        // Timers count in whole milliseconds: a fraction rounded down would come too early and spin.
        TimeSpan rounded = pause == Timeout.InfiniteTimeSpan ? pause : TimeSpan.FromMilliseconds(Math.Ceiling(pause.TotalMilliseconds));
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(change, Task.Delay(rounded, _clock, stop.Token));
        await stop.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }
}
