using System.Globalization;

namespace Hashee.Benchmarks.ColdStart.Reports;

/// <summary>The charts of a report.</summary>
internal static class Charts
{
    /// <summary>How long it takes to get ready and to get a message out.</summary>
    public static BarChart Starts(Report report) => new(
        "Cold start: solid to the median, faint to p90",
        $"{report.Machine.Processor}; {report.Circumstances}",
        [
            .. from metric in (Metric[])[Metric.Next, Metric.Wire, Metric.Response]
               select new BarChart.Panel(metric.Title, "ms",
               [
                   .. from result in report.Programs
                      let values = result.Of(metric)
                      where values is not null
                      select new BarChart.Bar(result.Name, values.Value, result.IsOwn),
               ]),
        ]);

    /// <summary>How long a cold call takes at each memory size, and what it costs.</summary>
    public static BarChart Sizes(Report report, PriceTable prices) => new(
        "exec → first response by memory size, and what a million such calls cost",
        $"solid to the median, faint to p90; each program with a scale of its own; {report.Machine.Architecture}, {prices.Region}, {prices.Date}",
        [
            .. from result in report.Programs
               let sizes = report.Sizes(result.Name)
               where sizes.Count > 0
               select new BarChart.Panel($"{result.Name}: {result.Title}", "ms",
               [
                   .. from size in sizes
                      let price = prices.PerMillionCalls(report.Machine.Architecture, size.Megabytes, size.Cold.Median)
                      select new BarChart.Bar($"{size.Megabytes} MB", size.Cold, result.IsOwn, string.Create(CultureInfo.InvariantCulture, $"${price:0.00}")),
               ]),
        ]);
}
