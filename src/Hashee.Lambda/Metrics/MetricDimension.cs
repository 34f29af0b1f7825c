namespace Hashee.Lambda;

/// <summary>What a metric is broken down by, beside the function's name.</summary>
/// <param name="Name">The dimension's name.</param>
/// <param name="Value">One of few values: each makes a metric of its own.</param>
public readonly record struct MetricDimension(string Name, string Value);
