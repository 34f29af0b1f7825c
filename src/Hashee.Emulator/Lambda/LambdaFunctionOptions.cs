namespace Hashee.Emulator.Lambda;

/// <summary>How a function is configured: what the deployment says about it.</summary>
internal sealed record LambdaFunctionOptions
{
    /// <summary>How long Lambda lets an instance take to ask for its first event.</summary>
    public static readonly TimeSpan LongestInit = TimeSpan.FromSeconds(10);

    /// <summary>1 to 64 letters, digits, hyphens and underscores.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The executable that is the runtime, or an assembly (<c>.dll</c>) that <c>dotnet</c> runs; its folder is the working directory and LAMBDA_TASK_ROOT.
    /// </summary>
    public required string BootstrapPath { get; init; }

    /// <summary>The setting Handler, which a custom runtime gives a meaning of its own.</summary>
    public string Handler { get; init; } = "bootstrap";

    /// <summary>Whose credentials the function gets.</summary>
    public required AwsAccount Account { get; init; }

    /// <summary>Environment variables of the function. Beside them an instance sees only what Lambda sets; the names Lambda reserves are refused.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>128 to 10,240 MB. Told to the function, not enforced.</summary>
    public int MemoryMegabytes { get; init; } = 128;

    /// <summary>1 s to 15 min for one invocation, counted from the moment the event is handed out.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Whether the function is told until when it has to be done. Lambda always does, older test tools do not.</summary>
    public bool TellsDeadline { get; init; } = true;

    /// <summary>How long an instance may take to ask for its first event.</summary>
    public TimeSpan InitTimeout { get; init; } = LongestInit;

    /// <summary>Instances that may run at the same time; one more invocation is throttled.</summary>
    public int MaximumConcurrency { get; init; } = 10;

    /// <summary>Gets every line an instance writes to its standard output and error, on whatever thread it arrives.</summary>
    public Action<OutputLine>? Output { get; init; }
}
