using System.Collections.Frozen;
using Hashee.Emulator.Lambda;
using Hashee.Emulator.Platform;
using Hashee.Emulator.Sqs;

namespace Hashee.Emulator;

/// <summary>
/// The whole way of a message on this machine: platform, Function URL, webhook, queue, worker. One agent is registered;
/// keys, token, secret and AWS credentials are fresh in every world. Disposing it stops everything, child processes included.
/// </summary>
internal sealed class LocalWorld : IAsyncDisposable
{
    /// <summary>The variables of the functions that are made fresh for every world.</summary>
    public static readonly FrozenSet<string> OwnVariables = FrozenSet.Create(
        StringComparer.Ordinal,
        "AWS_CA_BUNDLE",
        "AWS_ENDPOINT_URL_SQS",
        "HASHEE_AGENT_ID",
        "HASHEE_AGENT_TOKEN",
        "HASHEE_BASE_URL",
        "HASHEE_ED25519_PRIVATE_BASE64",
        "HASHEE_WEBHOOK_SECRET",
        "HASHEE_X25519_PRIVATE_BASE64",
        "JOBS_DEAD_LETTER_QUEUE_URL",
        "JOBS_QUEUE_URL",
        "SSL_CERT_FILE");

    private static readonly TimeSpan Retention = TimeSpan.FromDays(14);

    private readonly Stack<IAsyncDisposable> _parts;

    private LocalWorld(Stack<IAsyncDisposable> parts) => _parts = parts;

    public required LocalWorldOptions Options { get; init; }

    public required HasheePlatform Platform { get; init; }

    /// <summary>The agent whose webhook and worker run here.</summary>
    public required Agent Agent { get; init; }

    public required SqsService Sqs { get; init; }

    public required SqsQueue Jobs { get; init; }

    public required SqsQueue DeadLetters { get; init; }

    public required LambdaFunction Webhook { get; init; }

    public required LambdaFunction Worker { get; init; }

    /// <summary>Where the functions reach SQS.</summary>
    public Uri SqsEndpoint => EndpointOf(Sqs, Options);

    /// <summary>The invocations of both functions that have ended, in order of their ends.</summary>
    public ObservedLog<InvocationRecord> Invocations { get; } = new();

    /// <summary>The batches that the worker was given, in order of their ends.</summary>
    public ObservedLog<BatchRecord> Batches { get; } = new();

    /// <summary>Every send that a queue accepted, in order.</summary>
    public ObservedLog<SentMessage> Sent { get; } = new();

    /// <summary>Every instance of a function that died in INIT.</summary>
    public ObservedLog<InitError> InitErrors { get; } = new();

    /// <summary>Every record of the functions' logs that says that something went wrong, in order.</summary>
    public ObservedLog<LogRecord> Troubles { get; } = new();

    /// <summary>Raised for each of them, on whatever thread it arrives.</summary>
    public event Action<LogRecord>? Troubled;

    /// <summary>Starts everything but the functions' processes: those start with their first event.</summary>
    /// <exception cref="ArgumentException">Options that Lambda or SQS would refuse, or a bootstrap that is not there.</exception>
    public static async Task<LocalWorld> StartAsync(LocalWorldOptions options)
    {
        Stack<IAsyncDisposable> parts = new();
        LocalWorld? world = null;
        try
        {
            HasheePlatform platform = Keep(await HasheePlatform.StartAsync(options.Platform));
            SqsService sqs = Keep(await SqsService.StartAsync(new SqsOptions { Account = AwsAccount.CreateRandom("us-east-1") }));
            SqsQueue deadLetters = sqs.CreateQueue("hashee-jobs-dead-letter.fifo", new QueueSettings
            {
                DeduplicationScope = DeduplicationScope.MessageGroup,
                FifoThroughputLimit = FifoThroughputLimit.PerMessageGroupId,
                MessageRetentionPeriod = Retention,
            });
            SqsQueue jobs = sqs.CreateQueue("hashee-jobs.fifo", deadLetters.Settings with
            {
                VisibilityTimeout = options.VisibilityTimeout,
                RedrivePolicy = new RedrivePolicy(deadLetters.Arn, options.MaxReceiveCount),
            });

            Agent agent = platform.AddAgent();
            Dictionary<string, string> queueAccess = new()
            {
                ["HASHEE_AGENT_ID"] = agent.Id,
                ["JOBS_QUEUE_URL"] = UrlOf(jobs, sqs.Account),
                ["AWS_ENDPOINT_URL_SQS"] = EndpointOf(sqs, options).GetLeftPart(UriPartial.Authority),
                ["AWS_CA_BUNDLE"] = sqs.CaBundlePath,
            };
            LambdaFunction webhook = Keep(new LambdaFunction(new LambdaFunctionOptions
            {
                Name = "hashee-webhook",
                BootstrapPath = options.WebhookBootstrap,
                Account = sqs.Account,
                Environment = Join(
                    queueAccess,
                    new Dictionary<string, string?> { ["HASHEE_WEBHOOK_SECRET"] = agent.WebhookSecret },
                    options.WebhookEnvironment),
                MemoryMegabytes = options.WebhookMemory,
                Timeout = options.WebhookTimeout,
                MaximumConcurrency = options.WebhookConcurrency,
                TellsDeadline = !options.IsTestTool,
                Output = OnOutput,
            }));
            LambdaFunction worker = Keep(new LambdaFunction(new LambdaFunctionOptions
            {
                Name = "hashee-worker",
                BootstrapPath = options.WorkerBootstrap,
                Handler = options.WorkerHandler,
                Account = sqs.Account,
                Environment = Join(
                    queueAccess,
                    new Dictionary<string, string?>
                    {
                        ["JOBS_DEAD_LETTER_QUEUE_URL"] = UrlOf(deadLetters, sqs.Account),
                        ["HASHEE_AGENT_TOKEN"] = agent.Token,
                        ["HASHEE_X25519_PRIVATE_BASE64"] = agent.DecryptionKeyBase64,
                        ["HASHEE_ED25519_PRIVATE_BASE64"] = agent.SigningKeyBase64,
                        ["HASHEE_BASE_URL"] = (options.Tls ? platform.SecureBaseUrl : platform.BaseUrl).GetLeftPart(UriPartial.Authority),
                        ["SSL_CERT_FILE"] = platform.RootsPath,
                    },
                    options.WorkerEnvironment),
                MemoryMegabytes = options.WorkerMemory,
                Timeout = options.WorkerTimeout,
                MaximumConcurrency = options.WorkerConcurrency,
                TellsDeadline = !options.IsTestTool,
                Output = OnOutput,
            }));

            world = new LocalWorld(parts)
            {
                Options = options,
                Platform = platform,
                Agent = agent,
                Sqs = sqs,
                Jobs = jobs,
                DeadLetters = deadLetters,
                Webhook = webhook,
                Worker = worker,
            };
            sqs.Sent += world.Sent.Add;
            foreach (LambdaFunction function in (LambdaFunction[])[webhook, worker])
            {
                function.Invoked += world.Invocations.Add;
                function.InitFailed += world.InitErrors.Add;
            }

            FunctionUrl url = Keep(await FunctionUrl.StartAsync(webhook));
            agent.WebhookUrl = url.Url;
            EventSourceMapping mapping = Keep(new EventSourceMapping(jobs, worker, new EventSourceMappingOptions
            {
                BatchSize = options.BatchSize,
                MaximumConcurrency = options.WorkerConcurrency,
                ReportBatchItemFailures = true,
                CamelCase = options.IsTestTool,
            }));
            mapping.BatchCompleted += world.Batches.Add;
            mapping.Start();
            return world;
        }
        catch
        {
            await StopAsync(parts);
            throw;
        }

        void OnOutput(OutputLine line)
        {
            if (LogRecord.Read(line) is { IsTrouble: true } trouble)
            {
                world!.Troubles.Add(trouble);
                world.Troubled?.Invoke(trouble);
            }

            options.Output?.Invoke(line);
        }

        T Keep<T>(T part)
            where T : IAsyncDisposable
        {
            parts.Push(part);
            return part;
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync(_parts);

    /// <summary>Stops what was started last first.</summary>
    private static async Task StopAsync(Stack<IAsyncDisposable> parts)
    {
        while (parts.TryPop(out IAsyncDisposable? part))
        {
            await part.DisposeAsync();
        }
    }

    private static Uri EndpointOf(SqsService sqs, LocalWorldOptions options) => options.Tls ? sqs.HttpsEndpoint : sqs.HttpEndpoint;

    /// <summary>The URL that a deployed function would be given.</summary>
    private static string UrlOf(SqsQueue queue, AwsAccount account) => $"https://sqs.{account.Region}.amazonaws.com{queue.Path}";

    /// <summary>Joins environments; a later one wins, and <see langword="null"/> takes a variable away.</summary>
    private static Dictionary<string, string> Join(
        IReadOnlyDictionary<string, string> shared, params ReadOnlySpan<IReadOnlyDictionary<string, string?>> others)
    {
        Dictionary<string, string> joined = new(shared, StringComparer.Ordinal);
        foreach (IReadOnlyDictionary<string, string?> other in others)
        {
            foreach ((string name, string? value) in other)
            {
                if (value is null)
                {
                    joined.Remove(name);
                }
                else
                {
                    joined[name] = value;
                }
            }
        }

        return joined;
    }
}
