namespace Hashee.Emulator.Lambda;

/// <summary>How messages of a queue are handed to a function.</summary>
internal sealed record EventSourceMappingOptions
{
    /// <summary>1 to 10 messages in one event.</summary>
    public int BatchSize { get; init; } = 10;

    /// <summary>2 to 1,000 events at the same time; null leaves it to the function's own limit.</summary>
    public int? MaximumConcurrency { get; init; }

    /// <summary>Whether the function's response says which messages failed (<c>FunctionResponseTypes: ReportBatchItemFailures</c>).</summary>
    public bool ReportBatchItemFailures { get; init; }

    /// <summary>Whether events have all their names in camel case, as those of AWS's test tool for .NET, or as Lambda writes them.</summary>
    public bool CamelCase { get; init; }
}
