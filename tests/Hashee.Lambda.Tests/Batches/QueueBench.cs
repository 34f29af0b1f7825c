using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Hashee.Aws;
using Hashee.Emulator;
using Hashee.Emulator.Sqs;
using Hashee.Host;
using Hashee.Testing;
using EmulatedEvent = Hashee.Emulator.Lambda.SqsEvent;

namespace Hashee.Lambda.Tests.Batches;

/// <summary>A queue and its dead-letter queue on loopback, and a function that takes batches from them. One clock drives all of it.</summary>
internal sealed class QueueBench : IAsyncDisposable
{
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(1);

    private readonly SqsService _sqs;
    private readonly LogWriter _silent = new(descriptor: -1, isText: false, LogLevel.Trace);
    private readonly List<SqsClient> _clients = [];
    private int _queues;

    private QueueBench(SqsService sqs, TestClock clock)
    {
        _sqs = sqs;
        Clock = clock;
        Renew();
    }

    public TestClock Clock { get; }

    public SqsQueue Jobs { get; private set; } = null!;

    public SqsQueue DeadLetters { get; private set; } = null!;

    /// <summary>When messages are given up.</summary>
    public GiveUpRule Rule { get; set; } = GiveUpRule.Default;

    public static async Task<QueueBench> StartAsync(bool isFifo = true)
    {
        TestClock clock = new() { HoldsPauses = true };
        QueueBench bench = new(await SqsService.StartAsync(new SqsOptions { Account = AwsAccount.CreateRandom(), Clock = clock }), clock);
        if (!isFifo)
        {
            bench.Renew("");
        }

        return bench;
    }

    /// <summary>Takes two new queues.</summary>
    public void Renew(string suffix = ".fifo")
    {
        string number = (_queues++).ToString(CultureInfo.InvariantCulture);
        QueueSettings settings = new() { VisibilityTimeout = TimeSpan.FromHours(1), MessageRetentionPeriod = TimeSpan.FromDays(14) };
        DeadLetters = _sqs.CreateQueue($"dead{number}{suffix}", settings);
        Jobs = _sqs.CreateQueue($"jobs{number}{suffix}", settings);
    }

    /// <returns>The message's id.</returns>
    public string Send(string body, string? group = "group") => Jobs.Send(new OutgoingMessage(body)
    {
        GroupId = group,
        DeduplicationId = group is null ? null : Guid.NewGuid().ToString(),
    }).MessageId;

    public void SetSqsAvailability(SqsAvailability availability) => _sqs.SetAvailability(availability);

    /// <summary>Receives up to ten messages and hands them to the door as one batch; what did not fail is deleted, as an event source mapping does.</summary>
    public Task<QueueRun> RunAsync(IQueueDoor door, int maximum = 10, TimeSpan? time = null, bool knowsJobs = true, bool knowsDeadLetters = true) =>
        RunAsync(Jobs.Receive(maximum), door, time ?? TimeSpan.FromMinutes(1), knowsJobs, knowsDeadLetters);

    /// <summary>The same with messages that were received before.</summary>
    public Task<QueueRun> RunAsync(
        IReadOnlyList<ReceivedMessage> received, IQueueDoor door, TimeSpan time, bool knowsJobs = true, bool knowsDeadLetters = true) => Task.Run(() =>
    {
        JobsQueues queue = new(knowsJobs ? NewClient(Jobs) : null, knowsDeadLetters ? NewClient(DeadLetters) : null, Rule);
        QueueBatches batches = new(door, queue, new Metrics("Test", _silent), Clock);
        (ReadOnlyMemory<byte> payload, _) = EmulatedEvent.Write(received, Jobs.Arn, Jobs.Region);
        string[] failed = Invoke(batches, payload, time);
        foreach (ReceivedMessage message in received.Where(message => !failed.Contains(message.MessageId)))
        {
            Jobs.Delete(message.ReceiptHandle);
        }

        return new QueueRun(received, failed);
    }).WaitAsync(LongestRun);

    /// <summary>Hands an event to a door that has no queues.</summary>
    /// <returns>The ids of the messages that are reported as failed.</returns>
    public static string[] Invoke(IQueueDoor door, string payload) => Invoke(
        new QueueBatches(
            door,
            new JobsQueues(null, null, GiveUpRule.Default),
            new Metrics("Test", new LogWriter(descriptor: -1, isText: false, LogLevel.Trace)),
            TimeProvider.System),
        Encoding.UTF8.GetBytes(payload),
        TimeSpan.FromMinutes(1));

    /// <summary>Takes the dead letters out of their queue, those of a group in order.</summary>
    public IReadOnlyList<DeadLetter> TakeDeadLetters()
    {
        List<DeadLetter> letters = [];
        IReadOnlyList<ReceivedMessage> some;
        while ((some = DeadLetters.Receive(maximum: 10)).Count > 0)
        {
            Assert.All(some, message => DeadLetters.Delete(message.ReceiptHandle));
            letters.AddRange(some.Select(static message => new DeadLetter(
                message.Body,
                message.GroupId,
                message.DeduplicationId,
                message.Attributes.GetValueOrDefault("outcome")?.StringValue,
                message.Attributes.GetValueOrDefault("reason")?.StringValue)));
        }

        return letters;
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(static client => client.Dispose());
        await _sqs.DisposeAsync();
    }

    private static string[] Invoke(QueueBatches batches, ReadOnlyMemory<byte> payload, TimeSpan time)
    {
        InvocationContext context = new();
        context.Begin("request-1"u8, (DateTimeOffset.UtcNow + time).ToUnixTimeMilliseconds(), default, isColdStart: false);
        ArrayBufferWriter<byte> response = new();
        batches.Handle(payload.Span, context, response);
        using JsonDocument json = JsonDocument.Parse(response.WrittenMemory);
        return
        [
            .. json.RootElement.GetProperty("batchItemFailures").EnumerateArray()
                .Select(static failure => failure.GetProperty("itemIdentifier").GetString()!),
        ];
    }

    private SqsClient NewClient(SqsQueue queue)
    {
        Assert.True(HttpUrl.TryParse(_sqs.HttpUrl(queue).AbsoluteUri, out HttpUrl url));
        SqsClient client = new(
            new AwsSettings
            {
                Region = _sqs.Account.Region,
                AccessKeyId = _sqs.Account.AccessKeyId,
                SecretAccessKey = Encoding.UTF8.GetBytes(_sqs.Account.SecretAccessKey),
                SessionToken = _sqs.Account.SessionToken,
            },
            url);
        _clients.Add(client);
        return client;
    }
}

/// <summary>One batch.</summary>
/// <param name="Received">Its messages.</param>
/// <param name="FailedIds">Those that were reported as failed.</param>
internal sealed record QueueRun(IReadOnlyList<ReceivedMessage> Received, IReadOnlyList<string> FailedIds)
{
    public IReadOnlyList<string> FailedBodies => [.. Received.Where(message => FailedIds.Contains(message.MessageId)).Select(static message => message.Body)];
}

/// <summary>A message in the dead-letter queue.</summary>
internal sealed record DeadLetter(string Body, string? Group, string? DeduplicationId, string? Outcome, string? Reason);
