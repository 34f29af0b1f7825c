using System.Collections.Frozen;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Hashee.Emulator.Lambda;

/// <summary>The process environment of an instance ("Defined runtime environment variables" in the Lambda documentation).</summary>
internal static class FunctionEnvironment
{
    private static readonly FrozenSet<string> Reserved = FrozenSet.Create(
        StringComparer.Ordinal,
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT");

    /// <summary>The program that runs this one, unless that was started by a host of its own.</summary>
    private static string DotNet => Path.GetFileName(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";

    /// <summary>Whether Lambda sets a variable, so that a function cannot.</summary>
    public static bool IsReserved(string name) => Reserved.Contains(name);

    /// <summary>Refuses variables that a function may not set itself.</summary>
    /// <exception cref="ArgumentException">Names the variable.</exception>
    public static void Check(IReadOnlyDictionary<string, string> environment)
    {
        if (environment.Keys.FirstOrDefault(IsReserved) is { } name)
        {
            throw new ArgumentException($"{name} is set by Lambda and cannot be configured.", nameof(environment));
        }
    }

    /// <summary>How to start an instance: the function's own variables and those of Lambda, nothing of this process.</summary>
    /// <param name="options">The function.</param>
    /// <param name="instanceId">Names the log stream.</param>
    /// <param name="runtimeApi"><c>host:port</c>.</param>
    public static ProcessStartInfo StartInfo(LambdaFunctionOptions options, string instanceId, string runtimeApi)
    {
        string taskRoot = Path.GetDirectoryName(options.BootstrapPath)!;
        bool isAssembly = options.BootstrapPath.EndsWith(".dll", StringComparison.Ordinal);
        ProcessStartInfo start = new(isAssembly ? DotNet : options.BootstrapPath, isAssembly ? [options.BootstrapPath] : [])
        {
            WorkingDirectory = taskRoot,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };

        AwsAccount account = options.Account;
        IDictionary<string, string?> environment = start.Environment;
        environment.Clear();
        environment["PATH"] = "/usr/local/bin:/usr/bin/:/bin:/opt/bin";
        environment["LANG"] = "en_US.UTF-8";
        environment["TZ"] = ":UTC";
        environment["AWS_LAMBDA_LOG_FORMAT"] = "JSON";
        foreach ((string name, string value) in options.Environment)
        {
            environment[name] = value;
        }

        environment["_HANDLER"] = options.Handler;
        environment["LAMBDA_TASK_ROOT"] = taskRoot;
        environment["AWS_LAMBDA_RUNTIME_API"] = runtimeApi;
        environment["AWS_LAMBDA_FUNCTION_NAME"] = options.Name;
        environment["AWS_LAMBDA_FUNCTION_VERSION"] = "$LATEST";
        environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = options.MemoryMegabytes.ToString(CultureInfo.InvariantCulture);
        environment["AWS_LAMBDA_INITIALIZATION_TYPE"] = "on-demand";
        environment["AWS_LAMBDA_LOG_GROUP_NAME"] = $"/aws/lambda/{options.Name}";
        environment["AWS_LAMBDA_LOG_STREAM_NAME"] = string.Create(
            CultureInfo.InvariantCulture, $"{DateTimeOffset.UtcNow:yyyy/MM/dd}/[$LATEST]{instanceId}");
        environment["AWS_REGION"] = account.Region;
        environment["AWS_DEFAULT_REGION"] = account.Region;
        environment["AWS_ACCESS_KEY_ID"] = account.AccessKeyId;
        environment["AWS_SECRET_ACCESS_KEY"] = account.SecretAccessKey;
        if (account.SessionToken is not null)
        {
            environment["AWS_SESSION_TOKEN"] = account.SessionToken;
        }

        return start;
    }
}
