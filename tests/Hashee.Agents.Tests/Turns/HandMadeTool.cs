using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Hashee.Agents.Tests.Turns;

/// <summary>A tool made by hand of what a test says.</summary>
internal sealed class HandMadeTool(string name, Func<AIFunctionArguments, CancellationToken, ValueTask<object?>> run) : AIFunction
{
    private int _runs;

    public HandMadeTool(string name, Func<object?> run)
        : this(name, (_, _) => ValueTask.FromResult(run()))
    {
    }

    public override string Name => name;

    public override JsonElement JsonSchema { get; } = JsonElement.Parse("""{"type":"object","properties":{}}""");

    public int Runs => _runs;

    protected override ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _runs);
        return run(arguments, cancellationToken);
    }
}
