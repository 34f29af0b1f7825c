namespace Hashee.Agents.Steps;

/// <summary>What a turn spends its time on.</summary>
internal enum StepKind
{
    /// <summary>Nobody said.</summary>
    None,

    /// <summary>The agent answers a message: all of its own code, models and tools included.</summary>
    Agent,

    /// <summary>A session is taken or committed.</summary>
    Session,

    /// <summary>A model is asked once, tries that failed and were made again included.</summary>
    Model,

    /// <summary>A tool runs.</summary>
    Tool,

    /// <summary>A reply is sent.</summary>
    Reply,
}
