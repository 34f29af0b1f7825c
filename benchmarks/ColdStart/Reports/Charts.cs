using System.Globalization;

namespace Hashee.Benchmarks.ColdStart.Reports;

/// <summary>The charts of a report.</summary>
internal static class Charts
{
    /// <summary>How long it takes to get ready and to get a message out.</summary>
    public static BarChart Starts(Report report) => new(
        "Cold start",
        ["solid to the median, faint to p90; the fastest first, each panel with a scale of its own", report.Circumstances, .. report.Origin],
        [
            .. from metric in (Metric[])[Metric.Next, Metric.Wire, Metric.Response]
               select new BarChart.Panel(metric.Title, "ms",
               [
                   .. from result in report.Programs
                      let values = result.Of(metric)
                      where values is not null
                      orderby values.Value.Median
                      select new BarChart.Bar(result.Name, values.Value, result.IsOwn),
               ]),
        ],
        Explained(report, report.Ranked));

    /// <summary>How long a cold call takes at each memory size, and what it costs.</summary>
    public static BarChart Sizes(Report report, PriceTable prices)
    {
        ProgramResult[] programs = [.. report.Ranked.Where(result => report.Sizes(result.Name).Count > 0)];
        return new BarChart(
            "exec → first response by memory size, and what a million such calls cost",
            [
                "solid to the median, faint to p90; all programs to one scale", report.Circumstances, .. report.Origin,
                $"prices of {report.Machine.Architecture}, {prices.Region}, {prices.Date}",
            ],
            [
                .. from result in programs
                   select new BarChart.Panel(result.Name, "ms",
                   [
                       .. from size in report.Sizes(result.Name)
                          let price = prices.PerMillionCalls(report.Machine.Architecture, size.Megabytes, size.Cold.Median)
                          select new BarChart.Bar(
                              $"{size.Megabytes} MB", size.Cold, result.IsOwn, string.Create(CultureInfo.InvariantCulture, $"${price:0.00}")),
                   ]),
            ],
            Explained(report, programs))
        {
            HasOneScale = true,
        };
    }

    private static IReadOnlyList<string> Explained(Report report, IEnumerable<ProgramResult> programs) =>
        [.. programs.Select(result => result.Program.Task == TaskKind.Loop
            ? $"{result.Name}: {result.Program.Title}"
            : $"{result.Name}: {result.Program.Title}; connects {result.Connects}; roots: {report.RootsOf(result.Program)}")];
}
