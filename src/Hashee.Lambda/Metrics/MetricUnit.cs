namespace Hashee.Lambda;

/// <summary>CloudWatch's units, as far as they are used.</summary>
public enum MetricUnit
{
    /// <summary>A count.</summary>
    Count,

    /// <summary>Milliseconds.</summary>
    Milliseconds,
}
