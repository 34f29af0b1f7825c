using Hashee.Agents;
using Hashee.Agents.Platform;
using Hashee.Agents.Sessions;
using Hashee.Agents.Steps;
using Hashee.Aws;
using Hashee.Host;
using Hashee.Lambda;

namespace Hashee.Worker;

/// <summary>The worker: an agent behind the door that the function's setting <c>Handler</c> names.</summary>
internal static class WorkerFunction
{
    /// <summary>Where Lambda tells the function's setting <c>Handler</c>.</summary>
    private const string Handler = "_HANDLER";

    /// <summary>A batch has ten groups at most, each on a thread that may block, and their HTTP needs threads too.</summary>
    private const int Threads = 24;

    private const int LongestShownHandler = 128;

    private static readonly TimeSpan EarlyConnectionLimit = TimeSpan.FromSeconds(1);

    /// <summary>Runs the function until the Runtime API is gone.</summary>
    /// <param name="create">
    /// Makes the agent, once in the life of an instance. What it requires of its settings and is missing is named together with all else that is wrong.
    /// </param>
    /// <returns>The exit code.</returns>
    public static int Run(Func<Configuration, IAgent> create) => LambdaRuntime.Run(() =>
    {
        SecretReferences.Resolve();
        return Start(create);
    });

    /// <summary>Reads the configuration and builds everything that outlives an invocation.</summary>
    /// <param name="create">Makes the agent.</param>
    /// <exception cref="ConfigurationException">Something is missing or malformed, or there is no such door.</exception>
    public static InvocationHandler Start(Func<Configuration, IAgent> create)
    {
        string handler = Configuration.Optional(Handler) ?? HasheeDoor.Handler;
        return handler switch
        {
            // What a custom runtime's function is called by those who need no name.
            HasheeDoor.Handler or "bootstrap" => StartHashee(create),
            _ => throw new ConfigurationException(
                $"The function's setting Handler is {(handler.Length > LongestShownHandler ? "too long" : handler)}, and this worker has no such door: "
                + $"it must be {HasheeDoor.Handler}, bootstrap (the same), or empty."),
        };
    }

    /// <summary>
    /// Lets an agent that blocks its thread hold up nobody: on a small processor the pool would add threads only slowly. Those that the first message needs
    /// start now, the one of all timers too.
    /// </summary>
    internal static void PrepareThreads()
    {
        ThreadPool.SetMinThreads(Threads, Threads);
        ThreadPool.UnsafeQueueUserWorkItem(
            static _ =>
            {
                using CancellationTokenSource timer = new(TimeSpan.FromDays(1));
            },
            null);
    }

    private static InvocationHandler StartHashee(Func<Configuration, IAgent> create)
    {
        Configuration environment = new();
        HasheeConfiguration configuration = HasheeConfiguration.Read(environment);
        JobsQueues queues = JobsQueues.Read(environment);
        bool connectsEarly = environment.OneOf("HASHEE_EARLY_CONNECTION", "on", "off") == "on";
        _ = environment.OneOf("HASHEE_TLS_PROVIDER", "lean", "default");
        AgentErrors agentErrors = AgentErrors.Read(environment);
        TimeProvider clock = TimeProvider.System;
        SessionStore? sessions = SessionSettings.Read(environment, clock);
        IAgent agent = Create(create, environment);

        PrepareThreads();
        PlatformClient platform = new(configuration.BaseUrl, configuration.AgentId, configuration.AgentToken, clock);
        if (connectsEarly)
        {
            Connect(platform, sessions, agent);
        }

        Metrics metrics = new("Hashee");
        TurnReports reports = new(HasheeDoor.Handler, metrics, XRay.FromEnvironment());
        Step.Observer = reports;
        DeliveryProcessor processor = new(
            configuration, platform, new SenderKeys(platform, configuration.KeysKeptFor, clock), new MeasuredAgent(agent), agentErrors, sessions);
        return reports.Around(new QueueBatches(new HasheeDoor(processor, clock), queues, metrics, clock).Handle);
    }

    /// <summary>Connects to all that a message needs, at the same time.</summary>
    private static void Connect(PlatformClient platform, SessionStore? sessions, IAgent agent)
    {
        Task store = sessions is null ? Task.CompletedTask : Task.Run(() => sessions.Connect(EarlyConnectionLimit));
        Task model = agent is ModelAgent { IsRemote: true } asking ? Task.Run(() => asking.Connect(EarlyConnectionLimit)) : Task.CompletedTask;
        platform.Connect(EarlyConnectionLimit);
        store.GetAwaiter().GetResult();
        model.GetAwaiter().GetResult();
    }

    /// <summary>Makes the agent; what it makes of a setting that is missing does not hide that it is.</summary>
    private static IAgent Create(Func<Configuration, IAgent> create, Configuration environment)
    {
        try
        {
            IAgent agent = create(environment);
            environment.ThrowIfInvalid();
            return agent;
        }
        catch (Exception e) when (e is not ConfigurationException)
        {
            environment.ThrowIfInvalid();
            throw;
        }
    }
}
