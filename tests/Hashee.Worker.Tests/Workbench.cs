using System.Buffers;
using System.Text;
using System.Text.Json;
using Hashee.Agents;
using Hashee.Agents.Platform;
using Hashee.Agents.Sessions;
using Hashee.Aws;
using Hashee.Emulator;
using Hashee.Emulator.Platform;
using Hashee.Emulator.Sqs;
using Hashee.Host;
using Hashee.Lambda;
using Hashee.Protocol;
using Hashee.Testing;
using Agent = Hashee.Emulator.Platform.Agent;
using Conversation = Hashee.Emulator.Platform.Conversation;
using EmulatedEvent = Hashee.Emulator.Lambda.SqsEvent;

namespace Hashee.Worker.Tests;

/// <summary>
/// The worker's parts in this process between an emulated platform and real queues on loopback, with one user in one conversation with the agent.
/// </summary>
internal sealed class Workbench : IAsyncDisposable
{
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(1);

    private readonly SqsService _sqs;
    private readonly SqsClient _jobsClient;
    private readonly SqsClient _deadLettersClient;
    private readonly List<PlatformClient> _clients = [];

    private Workbench(HasheePlatform platform, SqsService sqs, TestClock queueClock)
    {
        Platform = platform;
        _sqs = sqs;
        QueueClock = queueClock;
        DeadLetters = sqs.CreateQueue("dead.fifo");
        Jobs = sqs.CreateQueue("jobs.fifo", new QueueSettings { VisibilityTimeout = TimeSpan.FromHours(1) });
        AwsSettings settings = new()
        {
            Region = sqs.Account.Region,
            AccessKeyId = sqs.Account.AccessKeyId,
            SecretAccessKey = Encoding.UTF8.GetBytes(sqs.Account.SecretAccessKey),
            SessionToken = sqs.Account.SessionToken,
        };
        _jobsClient = new SqsClient(settings, UrlOf(Jobs));
        _deadLettersClient = new SqsClient(settings, UrlOf(DeadLetters));
        Queues = QueuesWith(jobs: true, deadLetters: true);
        Agent = platform.AddAgent();
        User = platform.AddUser();
        Conversation = platform.AddConversation(Agent, User);
    }

    public HasheePlatform Platform { get; }

    public Agent Agent { get; }

    public User User { get; }

    public Conversation Conversation { get; }

    public SqsQueue Jobs { get; }

    public SqsQueue DeadLetters { get; }

    /// <summary>Drives visibility in the queues.</summary>
    public TestClock QueueClock { get; }

    /// <summary>Drives pauses and the age of kept keys in the worker.</summary>
    public TestClock Clock { get; } = new();

    /// <summary>Tells the worker when a deadline is near.</summary>
    public TestClock DeadlineClock { get; } = new() { HoldsPauses = true };

    /// <summary>Both queues; replace it to take one away.</summary>
    public JobsQueues Queues { get; set; }

    public IAgent Replies { get; set; } = new EchoAgent();

    public bool VerifySender { get; set; } = true;

    public bool SealReplies { get; set; }

    public TimeSpan KeysKeptFor { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Where sessions are kept; null for nowhere.</summary>
    public SessionStore? Sessions { get; set; }

    /// <summary>Where the worker believes the platform to be; by default where it is.</summary>
    public string? BaseUrl { get; set; }

    /// <summary>Whether the worker's client is disposed before it is used, as only a defect would do it.</summary>
    public bool IsClientDisposed { get; set; }

    public static async Task<Workbench> StartAsync(PlatformOptions? options = null)
    {
        TestClock queueClock = new();
        HasheePlatform platform = await HasheePlatform.StartAsync(options ?? new PlatformOptions { MessagesPerSecond = 1_000 });
        SqsService sqs = await SqsService.StartAsync(new SqsOptions { Account = AwsAccount.CreateRandom(), Clock = queueClock });
        return new Workbench(platform, sqs, queueClock);
    }

    /// <summary>Another conversation of the user with the agent.</summary>
    public Conversation AddConversation() => Platform.AddConversation(Agent, User);

    /// <summary>A text as the user's device seals it.</summary>
    public Delivery Text(string text, Conversation? conversation = null) => Payload(EventJson.Text(text), conversation);

    /// <summary>A payload as the user's device seals it.</summary>
    public Delivery Payload(ReadOnlySpan<byte> payload, Conversation? conversation = null) =>
        Platform.Prepare(conversation ?? Conversation, User.Devices[0], payload);

    /// <summary>The body that the webhook makes of a delivery.</summary>
    public static string BodyOf(Delivery delivery)
    {
        ArrayBufferWriter<byte> body = new();
        QueuedDelivery.Write(Encoding.UTF8.GetBytes(delivery.Id), receivedUnixMilliseconds: 1_778_840_651_123, delivery.Body.Span, body);
        return Encoding.UTF8.GetString(body.WrittenSpan);
    }

    /// <summary>Puts a delivery into the queue as the webhook does.</summary>
    /// <returns>The id of the message.</returns>
    public string Enqueue(Delivery delivery, string? group = null) => Enqueue(BodyOf(delivery), group ?? Conversation.Id, delivery.Id);

    /// <summary>Puts any body into the queue.</summary>
    /// <returns>The id of the message.</returns>
    public string Enqueue(string body, string group, string? deduplicationId = null) =>
        Jobs.Send(new OutgoingMessage(body) { GroupId = group, DeduplicationId = deduplicationId ?? Guid.NewGuid().ToString() }).MessageId;

    public DeliveryProcessor NewProcessor()
    {
        PlatformClient client = new(BaseUrl ?? Platform.BaseUrl.GetLeftPart(UriPartial.Authority), Agent.Id, Agent.Token, Clock);
        if (IsClientDisposed)
        {
            client.Dispose();
        }

        _clients.Add(client);
        HasheeConfiguration configuration = new(
            Agent.Id, Agent.Token, Agent.DecryptionKey, Agent.SigningKey, "", VerifySender, SealReplies, KeysKeptFor);
        return new DeliveryProcessor(configuration, client, new SenderKeys(client, KeysKeptFor, Clock), Replies, sessions: Sessions);
    }

    public QueueBatches NewHandler() =>
        new(new HasheeDoor(NewProcessor(), DeadlineClock), Queues, new Metrics("Hashee"), DeadlineClock);

    /// <summary>Processes one delivery without a queue.</summary>
    /// <param name="delivery">The delivery.</param>
    /// <param name="waited">How long it has waited since it was first looked at; long enough for a refusal if not given.</param>
    public Task<DeliveryResult> ProcessAsync(Delivery delivery, TimeSpan? waited = null) => ProcessAsync(NewProcessor(), delivery, waited);

    /// <summary>The same with a worker that has seen others.</summary>
    public static Task<DeliveryResult> ProcessAsync(DeliveryProcessor processor, Delivery delivery, TimeSpan? waited = null) =>
        processor.ProcessAsync(
            delivery.Id,
            BodyOf(delivery),
            waited ?? TimeSpan.FromSeconds(15),
            new TimeLimit(Deadline.After(TimeSpan.FromMinutes(1)), TestContext.Current.CancellationToken));

    /// <summary>Moves all clocks.</summary>
    public void Advance(TimeSpan by)
    {
        QueueClock.Advance(by);
        Clock.Advance(by);
        DeadlineClock.Advance(by);
    }

    /// <summary>Hands what is in the queue to a new worker as one batch, with a minute of time.</summary>
    public Task<Batch> RunAsync() => RunAsync(NewHandler(), TimeSpan.FromMinutes(1));

    /// <summary>Hands what is in the queue to a worker as one batch and deletes what succeeded, as an event source mapping does.</summary>
    /// <param name="handler">The worker.</param>
    /// <param name="time">How long Lambda gives it.</param>
    public Task<Batch> RunAsync(QueueBatches handler, TimeSpan time) => Task.Run(() =>
    {
        IReadOnlyList<ReceivedMessage> received = Jobs.Receive(maximum: 10);
        (ReadOnlyMemory<byte> payload, _) = EmulatedEvent.Write(received, Jobs.Arn, Jobs.Region);
        int position = RecordedLog.Position;
        string[] failed = Invoke(handler, payload, time);
        foreach (ReceivedMessage message in received.Where(message => !failed.Contains(message.MessageId)))
        {
            Jobs.Delete(message.ReceiptHandle);
        }

        return new Batch([.. received.Select(static message => message.MessageId)], failed, RecordedLog.Since(position), RecordedLog.TextSince(position));
    }).WaitAsync(LongestRun);

    /// <summary>Runs a worker over an event.</summary>
    /// <returns>The ids of the messages that it reports as failed.</returns>
    public static string[] Invoke(QueueBatches handler, ReadOnlyMemory<byte> payload, TimeSpan time)
    {
        InvocationContext context = new();
        context.Begin("request-1"u8, (DateTimeOffset.UtcNow + time).ToUnixTimeMilliseconds(), default, isColdStart: true);
        ArrayBufferWriter<byte> response = new();
        handler.Handle(payload.Span, context, response);
        using JsonDocument json = JsonDocument.Parse(response.WrittenMemory);
        return
        [
            .. json.RootElement.GetProperty("batchItemFailures").EnumerateArray()
                .Select(static failure => failure.GetProperty("itemIdentifier").GetString()!),
        ];
    }

    /// <summary>What lies in the dead-letter queue.</summary>
    public IReadOnlyList<ReceivedMessage> ReceiveDeadLetters() => DeadLetters.Receive(maximum: 10);

    public void SetSqsAvailability(SqsAvailability availability) => _sqs.SetAvailability(availability);

    /// <summary>Queues of which the worker knows only some.</summary>
    public JobsQueues QueuesWith(bool jobs, bool deadLetters) =>
        new(jobs ? _jobsClient : null, deadLetters ? _deadLettersClient : null, GiveUpRule.Default);

    /// <summary>The texts the agent posted to a conversation, in order.</summary>
    public IEnumerable<string?> RepliesTo(Conversation conversation) =>
        Platform.Messages.Where(message => message.Conversation == conversation).Select(static message => message.Text);

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(static client => client.Dispose());
        _jobsClient.Dispose();
        _deadLettersClient.Dispose();
        await _sqs.DisposeAsync();
        await Platform.DisposeAsync();
    }

    private HttpUrl UrlOf(SqsQueue queue)
    {
        Assert.True(HttpUrl.TryParse(_sqs.HttpUrl(queue).AbsoluteUri, out HttpUrl url));
        return url;
    }
}

/// <summary>What came of one batch.</summary>
/// <param name="MessageIds">The messages of the event, in order.</param>
/// <param name="FailedIds">Those that were reported as failed.</param>
/// <param name="Log">The lines written meanwhile.</param>
/// <param name="LogText">The same as text.</param>
internal sealed record Batch(IReadOnlyList<string> MessageIds, IReadOnlyList<string> FailedIds, JsonElement[] Log, string LogText)
{
    /// <summary>The log records with a message.</summary>
    public JsonElement[] Records(string message) =>
        [.. Log.Where(line => line.TryGetProperty("message", out JsonElement text) && text.GetString() == message)];

    /// <summary>A metric's values, over all lines that have it.</summary>
    public double[] Metric(string name) =>
        [.. Log.Where(line => line.TryGetProperty("_aws", out _) && line.TryGetProperty(name, out _)).Select(line => line.GetProperty(name).GetDouble())];
}
