namespace Hashee.Benchmarks.ColdStart.Reports;

/// <summary>What is said about many measurements of the same thing. The slow tail is what users meet, so it is part of every figure.</summary>
/// <param name="Count">How many there are, at least one.</param>
/// <param name="Median">Half of them are at most this.</param>
/// <param name="P90">Nine tenths are at most this.</param>
/// <param name="P99">All but a hundredth are at most this.</param>
internal readonly record struct Distribution(int Count, double Median, double P90, double P99)
{
    /// <summary>Sums measurements up; null when there are none.</summary>
    public static Distribution? Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values];
        if (sorted.Length == 0)
        {
            return null;
        }

        Array.Sort(sorted);
        return new Distribution(sorted.Length, Percentile(sorted, 0.5), Percentile(sorted, 0.9), Percentile(sorted, 0.99));
    }

    /// <summary>A percentile by linear interpolation between the two nearest ranks.</summary>
    /// <param name="sorted">In ascending order, at least one.</param>
    /// <param name="fraction">0 to 1.</param>
    public static double Percentile(ReadOnlySpan<double> sorted, double fraction)
    {
        double rank = fraction * (sorted.Length - 1);
        int below = (int)rank;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((rank - below) * (sorted[above] - sorted[below]));
    }
}
