using Hashee.Lambda;

namespace Hashee.Worker;

/// <summary>The worker's composition.</summary>
internal static class WorkerFunction
{
    /// <summary>Reads the configuration and builds everything that outlives an invocation.</summary>
    /// <exception cref="ConfigurationException">Something is missing or malformed.</exception>
    public static InvocationHandler Start(IAgent agent)
    {
        Configuration environment = new();
        WorkerConfiguration configuration = WorkerConfiguration.Read(environment);
        WorkerQueues queues = WorkerQueues.Read(environment);
        environment.ThrowIfInvalid();

        PlatformClient platform = new(configuration.BaseUrl, configuration.AgentId, configuration.AgentToken, TimeProvider.System);
        DeliveryProcessor processor = new(configuration, platform, new SenderKeys(platform, TimeProvider.System), agent);
        return new BatchHandler(processor, queues).Handle;
    }
}
