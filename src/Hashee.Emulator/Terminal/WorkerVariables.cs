using Hashee.Emulator.Lambda;

namespace Hashee.Emulator.Terminal;

/// <summary>The variables that the command line gives to the worker.</summary>
internal static class WorkerVariables
{
    /// <summary>Names the model; without it the agent that this repository comes with is an echo.</summary>
    public const string Model = "HASHEE_MODEL";

    /// <summary>What the worker gets from the caller's shell when that names a model: whoever asks a real one need not say everything twice.</summary>
    private static readonly string[] OfTheModel =
    [
        Model, "HASHEE_SYSTEM_PROMPT", "HASHEE_MAX_ITERATIONS", "HASHEE_MAX_TOKENS", "HASHEE_TEMPERATURE", "HASHEE_HISTORY_TURNS", "HASHEE_TOOLS",
        "OPENAI_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "ANTHROPIC_DEFAULT_OPUS_MODEL", "ANTHROPIC_DEFAULT_SONNET_MODEL",
        "ANTHROPIC_DEFAULT_HAIKU_MODEL", "BEDROCK_REGION", "BEDROCK_ACCESS_KEY_ID", "BEDROCK_SECRET_ACCESS_KEY", "BEDROCK_SESSION_TOKEN",
        "AWS_BEARER_TOKEN_BEDROCK",
    ];

    /// <summary>Says which model answers, in one line.</summary>
    public static string Describe(IReadOnlyDictionary<string, string?> variables) =>
        variables.GetValueOrDefault(Model) is { Length: > 0 } and not "echo" and var model
            ? model
            : "echo; HASHEE_MODEL=openai:MODEL with OPENAI_API_KEY asks a real one (docs/models.md)";

    /// <summary>Reads all of them; what <c>--env</c> says wins over every file, a later one over an earlier one.</summary>
    /// <param name="files">Paths of <c>.env</c> files.</param>
    /// <param name="assignments"><c>NAME=VALUE</c>, or <c>NAME</c> for the value that it has in this process.</param>
    /// <param name="notes">
    /// Is told what a file has and the worker does not get from it: a file that also serves a deployment names keys, token and region, and those
    /// of the local world are its own.
    /// </param>
    /// <param name="shell">The value that a variable has in the caller's shell; null for none.</param>
    /// <exception cref="FormatException">For people; never shows a value.</exception>
    public static Dictionary<string, string?> Read(
        IEnumerable<string> files, IEnumerable<string> assignments, Action<string> notes, Func<string, string?> shell)
    {
        Dictionary<string, string?> variables = new(StringComparer.Ordinal)
        {
            // Whoever sits here may read what the agent's exceptions say.
            ["HASHEE_LOG_AGENT_ERRORS"] = "full",
        };
        foreach (string name in string.IsNullOrEmpty(shell(Model)) ? [] : OfTheModel)
        {
            if (shell(name) is { Length: > 0 } value)
            {
                variables[name] = value;
            }
        }

        foreach (string path in files)
        {
            List<string> leftOut = [];
            foreach ((string name, string value) in EnvironmentFile.Read(ReadFile(path), path))
            {
                if (IsTaken(name))
                {
                    leftOut.Add(name);
                }
                else
                {
                    variables[name] = value;
                }
            }

            if (leftOut.Count > 0)
            {
                notes($"{path}: the local world has its own {string.Join(", ", leftOut.Distinct())}");
            }
        }

        foreach (string assignment in assignments)
        {
            int equals = assignment.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? assignment : assignment[..equals];
            variables[name] = !EnvironmentFile.IsName(name) ? throw new FormatException("--env takes NAME=VALUE, or NAME for the value it has in this shell")
                : IsTaken(name) ? throw new FormatException($"--env {name}: the local world sets it itself")
                : equals >= 0 ? assignment[(equals + 1)..]
                : shell(name) ?? throw new FormatException($"--env {name}: it has no value in this shell");
        }

        return variables;
    }

    private static bool IsTaken(string name) => FunctionEnvironment.IsReserved(name) || LocalWorld.OwnVariables.Contains(name);

    private static string ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"--env-file: {failure.Message}");
        }
    }
}
