namespace Hashee.Agents;

/// <summary>What a <see cref="ModelAgent"/> asks of its model, and how much of it.</summary>
public sealed class ModelAgentOptions
{
    /// <summary>What the model is told before everything else; HASHEE_SYSTEM_PROMPT.</summary>
    public string SystemPrompt { get; init; } = "You are a helpful assistant.";

    /// <summary>Model calls that may ask for tools, 1-50; one more, without tools, ends the turn. HASHEE_MAX_ITERATIONS.</summary>
    public int MaxIterations { get; init; } = 5;

    /// <summary>Tokens of one answer; HASHEE_MAX_TOKENS.</summary>
    public int MaxTokens { get; init; } = 4096;

    /// <summary>0-2; null for the model's own. HASHEE_TEMPERATURE.</summary>
    public float? Temperature { get; init; }

    /// <summary>Earlier turns that the model sees, 0-200; HASHEE_HISTORY_TURNS.</summary>
    public int HistoryTurns { get; init; } = 20;

    /// <summary>No model call begins with less time left than this, or than the longest call of the turn took.</summary>
    internal TimeSpan LeastTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What a call leaves of the time, to keep what there is.</summary>
    internal TimeSpan Reserve { get; init; } = TimeSpan.FromMilliseconds(500);
}
