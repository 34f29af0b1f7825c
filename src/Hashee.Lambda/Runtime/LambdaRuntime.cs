using System.Globalization;
using Hashee.Host;
using Hashee.Host.Transport;

namespace Hashee.Lambda;

/// <summary>A custom runtime for provided.al2023: the loop between Lambda's Runtime API and one handler.</summary>
public static class LambdaRuntime
{
    /// <summary>
    /// Runs a function until the Runtime API is gone. Reads AWS_LAMBDA_RUNTIME_API, sets the garbage collector's limit from
    /// AWS_LAMBDA_FUNCTION_MEMORY_SIZE, refuses AWS_LAMBDA_MAX_CONCURRENCY over 1, and reports a failed start to
    /// <c>/runtime/init/error</c>.
    /// </summary>
    /// <param name="initialize">Builds the handler and everything it needs; runs in INIT, with a full processor.</param>
    /// <returns>The exit code: 1, since a function's process only ends when something is wrong.</returns>
    public static int Run(Func<InvocationHandler> initialize) => Run(EnvironmentVariables.GetString("AWS_LAMBDA_RUNTIME_API"), initialize);

    /// <summary>Makes a handler for <see cref="Run(Func{InvocationHandler})"/> of one that writes its answers while it makes them.</summary>
    public static InvocationHandler Streaming(StreamingHandler handler)
    {
        StreamedResponse? reused = null;
        return (payload, context, _) =>
        {
            RuntimeApi api = context.Api!;
            StreamedResponse response = reused ??= new StreamedResponse(api);
            response.Reset();
            try
            {
                handler(payload, context, response);
                response.RequireBeginning();
                api.Respond = response.Complete;
            }
            catch (Exception exception) when (response.HasStarted)
            {
                Fault fault = Fault.Of(exception);
                LogFault(LogLevel.Error, "The handler failed in the middle of its answer.", fault);
                api.Respond = () => response.Fail(fault);
            }
        };
    }

    internal static int Run(string? runtimeApi, Func<InvocationHandler> initialize)
    {
        using RuntimeApi? api = RuntimeApi.TryCreate(runtimeApi);
        if (api is null)
        {
            Log.Fatal("This is a Lambda function, and AWS_LAMBDA_RUNTIME_API is missing or malformed: it must be host:port or host:port/path.");
            return 1;
        }

        try
        {
            InvocationHandler? handler = TryInitialize(api, initialize);
            while (handler is not null)
            {
                Turn(api, handler);
            }
        }
        catch (TransportException gone)
        {
            Log.Fatal("The Runtime API is gone; this instance ends.", new LogField("reason", gone.Message));
        }

        return 1;
    }

    private static InvocationHandler? TryInitialize(RuntimeApi api, Func<InvocationHandler> initialize)
    {
        try
        {
            RefuseConcurrency();
            LimitHeap();
            return initialize();
        }
        catch (Exception exception)
        {
            Fault fault = Fault.Of(exception);
            LogFault(LogLevel.Fatal, "The function cannot start.", fault);
            api.PostInitError(fault);
            return null;
        }
    }

    /// <summary>One invocation, from waiting for it to the answer that Lambda took.</summary>
    private static void Turn(RuntimeApi api, InvocationHandler handler)
    {
        Log.Writer.SetRequestId(default);
        api.Next();
        Log.Writer.SetRequestId(api.Invocation.RequestIdUtf8);
        if (api.Invocation.Deadline.HasPassed)
        {
            // Nothing that takes time is begun then, so it is answered at once.
            Log.Warn("The invocation's deadline had passed when it came: is this machine's clock right?");
        }

        try
        {
            handler(api.Payload, api.Invocation, api.Response);
        }
        catch (Exception exception)
        {
            Fault fault = Fault.Of(exception);
            LogFault(LogLevel.Error, "The handler failed.", fault);
            api.PostError(fault);
            return;
        }

        if (api.Respond is { } respond)
        {
            respond();
        }
        else
        {
            api.PostResponse();
        }
    }

    private static void LogFault(LogLevel level, string message, Fault fault) =>
        Log.Write(level, message, new("errorType", fault.Type), new("errorMessage", fault.Message), new("stack", fault.Stack));

    private static void RefuseConcurrency()
    {
        string text = EnvironmentVariables.GetString("AWS_LAMBDA_MAX_CONCURRENCY") ?? "1";
        if (!uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint concurrency) || concurrency > 1)
        {
            throw new ConfigurationException(
                "AWS_LAMBDA_MAX_CONCURRENCY asks for more than one invocation at a time, and this runtime handles one. " +
                "Set the function's concurrency per instance to 1.");
        }
    }

    /// <summary>
    /// .NET does not see Lambda's limit by itself. The heap gets three quarters of it, the share that .NET takes of a container's memory;
    /// the rest is for the program, its stacks, OpenSSL and socket buffers.
    /// </summary>
    private static void LimitHeap()
    {
        string? text = EnvironmentVariables.GetString("AWS_LAMBDA_FUNCTION_MEMORY_SIZE");
        if (uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint megabytes) && megabytes > 0)
        {
            AppContext.SetData("GCHeapHardLimit", megabytes * 1024UL * 1024 / 4 * 3);
            GC.RefreshMemoryLimit();
        }
    }
}
