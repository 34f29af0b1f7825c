using Hashee.Emulator;
using Hashee.Emulator.Lambda;
using Hashee.Emulator.Platform;
using Hashee.Emulator.Sqs;

namespace Hashee.EndToEnd.Tests;

/// <summary>
/// The native webhook and a worker with the tests' own agent in a local world, with one user in one conversation with it. Waits as the real
/// platform and the real queues do unless a test shortens it; the rate limit is lifted, and webhook calls are repeated soon.
/// </summary>
internal sealed class World : IAsyncDisposable
{
    private static readonly TimeSpan LongestTest = TimeSpan.FromMinutes(4);

    private readonly LocalWorld _world;
    private readonly CancellationTokenSource _patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    private World(LocalWorld world, ObservedLog<OutputLine> output)
    {
        _world = world;
        _patience.CancelAfter(LongestTest);
        Output = output;
        User = Platform.AddUser();
        Conversation = AddConversation();
        Forbid();
    }

    public HasheePlatform Platform => _world.Platform;

    public Agent Agent => _world.Agent;

    public SqsService Sqs => _world.Sqs;

    public SqsQueue Jobs => _world.Jobs;

    public SqsQueue DeadLetters => _world.DeadLetters;

    public LambdaFunction Webhook => _world.Webhook;

    public LambdaFunction Worker => _world.Worker;

    public ObservedLog<InvocationRecord> Invocations => _world.Invocations;

    public ObservedLog<BatchRecord> Batches => _world.Batches;

    public ObservedLog<SentMessage> Sent => _world.Sent;

    public ObservedLog<InitError> InitErrors => _world.InitErrors;

    /// <summary>Every line of both functions.</summary>
    public ObservedLog<OutputLine> Output { get; }

    public User User { get; }

    public Conversation Conversation { get; }

    /// <summary>Ends with the test, or when it takes so long that what it waits for cannot come any more.</summary>
    public CancellationToken Patience => _patience.Token;

    public static async Task<World> StartAsync(Func<LocalWorldOptions, LocalWorldOptions>? configure = null)
    {
        ObservedLog<OutputLine> output = new();
        ITestOutputHelper? testOutput = TestContext.Current.TestOutputHelper;
        LocalWorldOptions options = new()
        {
            WebhookBootstrap = Bootstraps.Webhook,
            WorkerBootstrap = Bootstraps.Agent,
            Platform = new PlatformOptions
            {
                MessagesPerSecond = 10_000,
                Retry = new RetrySchedule { FirstDelay = TimeSpan.FromMilliseconds(50), Factor = 1.5, LongestDelay = TimeSpan.FromSeconds(1), Attempts = 50 },
            },
            Output = line =>
            {
                FunctionOutput.Add(line.Text);
                output.Add(line);
                testOutput?.WriteLine($"{line.FunctionName} {line.Text}");
            },
        };
        return new World(await LocalWorld.StartAsync(configure?.Invoke(options) ?? options), output);
    }

    /// <summary>A message's text that is recognized wherever it leaks.</summary>
    public static string Text(string text) => $"{text} {FunctionOutput.Marker}";

    /// <summary>What the agent answers to <see cref="Text"/>.</summary>
    public static string Echo(string text) => $"Echo: {Text(text)}";

    /// <summary>Another conversation of the user with the agent.</summary>
    public Conversation AddConversation() => Platform.AddConversation(Agent, User);

    /// <summary>Seals a text on the user's first device.</summary>
    public Delivery Prepare(string text, Conversation? conversation = null) =>
        Platform.Prepare(conversation ?? Conversation, User.Devices[0], EventJson.Text(Text(text)));

    /// <summary>Sends a text from the user's first device; the webhook has to accept it.</summary>
    public Task<Delivery> SendAsync(string text, Conversation? conversation = null) => SendAsync(Prepare(text, conversation));

    /// <summary>Delivers; the webhook has to accept it, now or when it is called again.</summary>
    public async Task<Delivery> SendAsync(Delivery delivery)
    {
        bool accepted = await Platform.DeliverAsync(delivery, Patience);
        foreach (DeliveryAttempt attempt in delivery.Attempts)
        {
            FunctionOutput.Add(attempt.Answer);
        }

        Assert.True(accepted, "The webhook did not accept the delivery.");
        return delivery;
    }

    /// <summary>Calls the webhook once.</summary>
    public async Task<DeliveryAttempt> AttemptAsync(Delivery delivery)
    {
        DeliveryAttempt attempt = await Platform.AttemptAsync(delivery, Patience);
        FunctionOutput.Add(attempt.Answer);
        return attempt;
    }

    /// <summary>Waits for the reply to a delivery.</summary>
    public Task<AgentMessage> ReplyToAsync(Delivery delivery) => Platform.WaitForReplyAsync(delivery, Patience);

    /// <summary>Waits until the worker is done with everything.</summary>
    public Task EmptyQueueAsync() => Jobs.WhenAsync(static counts => counts.Total == 0, Patience);

    /// <summary>Waits for a message in the dead-letter queue.</summary>
    public async Task<ReceivedMessage> ReceiveDeadLetterAsync() =>
        Assert.Single(await DeadLetters.ReceiveAsync(wait: LongestTest, cancellationToken: Patience));

    /// <summary>Waits for a line of the worker's log with this in it.</summary>
    public Task<OutputLine> WorkerSaysAsync(string part) => Output.WaitAsync(
        line => line.FunctionName == Worker.Name && line.Text.Contains(part, StringComparison.Ordinal), Patience);

    /// <summary>The texts the agent posted to a conversation, in order.</summary>
    public IEnumerable<string?> RepliesTo(Conversation conversation) =>
        Platform.Messages.Where(message => message.Conversation == conversation).Select(static message => message.Text);

    public async ValueTask DisposeAsync()
    {
        await _world.DisposeAsync();
        foreach (InitError error in InitErrors.Entries)
        {
            FunctionOutput.Add(error.ToString());
        }

        _patience.Dispose();
    }

    private void Forbid()
    {
        FunctionOutput.Forbid(Agent.WebhookSecret);
        FunctionOutput.Forbid(Agent.Token);
        FunctionOutput.ForbidKey(Agent.DecryptionKeyBase64);
        FunctionOutput.ForbidKey(Agent.SigningKeyBase64);
        FunctionOutput.Forbid(Sqs.Account.SecretAccessKey);
        FunctionOutput.Forbid(Sqs.Account.SessionToken!);
    }
}
