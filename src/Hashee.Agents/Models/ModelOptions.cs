using Hashee.Host;
using Microsoft.Extensions.AI;

namespace Hashee.Agents.Models;

/// <summary>What a model client of ours is told beyond what every chat client is.</summary>
internal sealed class ModelOptions : ChatOptions
{
    public ModelOptions()
    {
    }

    private ModelOptions(ModelOptions other)
        : base(other)
    {
        Deadline = other.Deadline;
        OnRetry = other.OnRetry;
    }

    /// <summary>By when the answer has to be there: no try begins that cannot end before it.</summary>
    public Deadline Deadline { get; init; } = Deadline.Never;

    /// <summary>Told of each try that failed and is made again.</summary>
    public Action<ModelRetry>? OnRetry { get; init; }

    public override ChatOptions Clone() => new ModelOptions(this);
}

/// <summary>One try that failed and is made again.</summary>
/// <param name="Code">Why: the HTTP status or a word of ours.</param>
/// <param name="Wait">How long it is waited for.</param>
internal readonly record struct ModelRetry(string Code, TimeSpan Wait);
