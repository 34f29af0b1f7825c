using Hashee.Host;
using Microsoft.Extensions.AI;

namespace Hashee.Agents;

/// <summary>The tools that HASHEE_TOOLS names.</summary>
internal static class BuiltInTools
{
    private const string Variable = "HASHEE_TOOLS";

    /// <summary>Reads the variable: <see cref="CurrentTime"/> when it is missing, none when it is there and empty.</summary>
    public static IEnumerable<AIFunction> Read(Configuration settings)
    {
        if (EnvironmentVariables.GetString(Variable) is not { } names)
        {
            return EnvironmentVariables.IsSet(Variable) ? [] : [new CurrentTime(TimeProvider.System)];
        }

        List<AIFunction> tools = [];
        foreach (string name in names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct())
        {
            if (Find(name) is { } tool)
            {
                tools.Add(tool);
            }
            else
            {
                settings.Malformed(Variable, $"must name built-in tools, separated by commas: {CurrentTime.ToolName}, {TodoList.ToolName}; or be empty");
                return [];
            }
        }

        return tools;
    }

    private static AIFunction? Find(string name) => name switch
    {
        CurrentTime.ToolName => new CurrentTime(TimeProvider.System),
        TodoList.ToolName => new TodoList(),
        _ => null,
    };
}
