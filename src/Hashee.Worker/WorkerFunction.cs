using Hashee.Agents;
using Hashee.Agents.Platform;
using Hashee.Host;
using Hashee.Lambda;

namespace Hashee.Worker;

/// <summary>The worker's composition.</summary>
internal static class WorkerFunction
{
    /// <summary>A batch has ten groups at most, each on a thread that may block, and their HTTP needs threads too.</summary>
    private const int Threads = 24;

    private static readonly TimeSpan EarlyConnectionLimit = TimeSpan.FromSeconds(1);

    /// <summary>Reads the configuration and builds everything that outlives an invocation.</summary>
    /// <exception cref="ConfigurationException">Something is missing or malformed.</exception>
    public static InvocationHandler Start(IAgent agent)
    {
        Configuration environment = new();
        HasheeConfiguration configuration = HasheeConfiguration.Read(environment);
        JobsQueues queues = JobsQueues.Read(environment);
        bool connectsEarly = environment.OneOf("HASHEE_EARLY_CONNECTION", "on", "off") == "on";
        AgentErrors agentErrors = AgentErrors.Read(environment);
        environment.ThrowIfInvalid();

        PrepareThreads();
        TimeProvider clock = TimeProvider.System;
        PlatformClient platform = new(configuration.BaseUrl, configuration.AgentId, configuration.AgentToken, clock);
        if (connectsEarly)
        {
            platform.Connect(EarlyConnectionLimit);
        }

        DeliveryProcessor processor = new(configuration, platform, new SenderKeys(platform, configuration.KeysKeptFor, clock), agent, agentErrors);
        return new QueueBatches(new HasheeDoor(processor, clock), queues, new Metrics("Hashee"), clock).Handle;
    }

    /// <summary>Lets an agent that blocks its thread hold up nobody: on a small processor the pool would add threads only slowly.</summary>
    internal static void PrepareThreads() => ThreadPool.SetMinThreads(Threads, Threads);
}
