namespace Hashee.Benchmarks.ColdStart.Reports;

/// <summary>A program at one memory size.</summary>
/// <param name="Megabytes">The size, which gives the share of a processor.</param>
/// <param name="Cold">INIT and the first call: from exec to the first response, ms.</param>
/// <param name="Warm">A later call, ms.</param>
internal readonly record struct MemorySize(int Megabytes, Distribution Cold, Distribution Warm)
{
    /// <summary>The size at which a million calls cost the least; the smaller of two that cost the same.</summary>
    public static MemorySize Cheapest(IEnumerable<MemorySize> sizes, PriceTable prices, string architecture, Func<MemorySize, Distribution> calls) =>
        sizes.OrderBy(size => prices.PerMillionCalls(architecture, size.Megabytes, calls(size).Median)).ThenBy(static size => size.Megabytes).First();

    /// <summary>The smallest size whose median is within 5 % of the shortest: less is no difference.</summary>
    public static MemorySize Fastest(IReadOnlyCollection<MemorySize> sizes, Func<MemorySize, Distribution> calls)
    {
        double limit = 1.05 * sizes.Min(size => calls(size).Median);
        return sizes.Where(size => calls(size).Median <= limit).MinBy(static size => size.Megabytes);
    }
}
