using Hashee.Emulator.Lambda;
using Hashee.Emulator.Platform;

namespace Hashee.Emulator;

/// <summary>What a <see cref="LocalWorld"/> is made of. The defaults are those of the deployed system.</summary>
internal sealed record LocalWorldOptions
{
    /// <summary>The webhook's executable.</summary>
    public required string WebhookBootstrap { get; init; }

    /// <summary>The worker's executable.</summary>
    public required string WorkerBootstrap { get; init; }

    /// <summary>The worker's setting Handler: which door its agent stands behind.</summary>
    public string WorkerHandler { get; init; } = "hashee";

    /// <summary>Variables that are added to the webhook's environment or replace what is there; <see langword="null"/> takes one away.</summary>
    public IReadOnlyDictionary<string, string?> WebhookEnvironment { get; init; } = new Dictionary<string, string?>();

    /// <summary>The same for the worker.</summary>
    public IReadOnlyDictionary<string, string?> WorkerEnvironment { get; init; } = new Dictionary<string, string?>();

    /// <summary>The webhook's memory in MB.</summary>
    public int WebhookMemory { get; init; } = 512;

    /// <summary>The worker's memory in MB.</summary>
    public int WorkerMemory { get; init; } = 1024;

    public TimeSpan WebhookTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan WorkerTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How many webhook instances may run at the same time.</summary>
    public int WebhookConcurrency { get; init; } = 10;

    /// <summary>How many worker instances may run at the same time.</summary>
    public int WorkerConcurrency { get; init; } = 10;

    /// <summary>Messages handed to the worker in one invocation, at most.</summary>
    public int BatchSize { get; init; } = 5;

    /// <summary>How long a received message is hidden from others: six times the worker's timeout.</summary>
    public TimeSpan VisibilityTimeout { get; init; } = TimeSpan.FromSeconds(360);

    /// <summary>Receives after which SQS moves a message to the dead-letter queue: a last resort, the worker gives up long before.</summary>
    public int MaxReceiveCount { get; init; } = 1000;

    /// <summary>Whether the functions reach SQS and Hashee over TLS, with throw-away roots, or over plain HTTP.</summary>
    public bool Tls { get; init; } = true;

    /// <summary>
    /// Whether Lambda is played as test tools do it: the functions are told no deadline, and the names in the worker's events are in camel case.
    /// </summary>
    public bool IsTestTool { get; init; }

    public PlatformOptions Platform { get; init; } = new();

    /// <summary>Gets every line that the functions write.</summary>
    public Action<OutputLine>? Output { get; init; }
}
