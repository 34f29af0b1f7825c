namespace Hashee.Lambda;

/// <summary>One value of a CloudWatch metric.</summary>
/// <param name="Name">The metric's name, 1-255 characters.</param>
/// <param name="Value">The value; written with at most three decimals.</param>
/// <param name="Unit">Its unit.</param>
public readonly record struct Metric(string Name, double Value, MetricUnit Unit = MetricUnit.Count);
