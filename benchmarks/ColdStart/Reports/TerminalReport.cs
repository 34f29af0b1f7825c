using System.Globalization;
using Spectre.Console;

namespace Hashee.Benchmarks.ColdStart.Reports;

/// <summary>A report as tables on the terminal.</summary>
internal static class TerminalReport
{
    /// <summary>Writes it.</summary>
    public static void Write(IAnsiConsole console, Report report, PriceTable prices)
    {
        Table times = NewTable(["program", .. Metric.Times.Select(static metric => metric.Title)]);
        times.Title("ms: p50, below it p90 and p99");
        foreach (ProgramResult result in report.Ranked)
        {
            times.AddRow([Name(result), .. Metric.Times.Select(metric => Cell(result.Of(metric), metric))]);
        }

        console.Write(times);

        Table resources = NewTable(
        [
            "program", "× floor\n/next", "× floor\nwire", "CPU ms\n/next → 1st call", "page faults\n/next → 1st call",
            "peak RSS MiB\n/next → 1st call", "package\nMB", "zip\nMB",
        ]);
        resources.Title("medians");
        foreach (ProgramResult result in report.Ranked)
        {
            resources.AddRow(
                Name(result),
                Number(report.TimesFloor(result, Metric.Next), 2),
                Number(report.TimesFloor(result, Metric.Wire), 2),
                Pair(result, Metric.CpuAtNext, Metric.CpuAfterFirst),
                Pair(result, Metric.FaultsAtNext, Metric.FaultsAfterFirst),
                Pair(result, Metric.MemoryAtNext, Metric.MemoryAfterFirst),
                Number(result.PackageBytes / 1e6, 2),
                Number(result.ZipBytes / 1e6, 2));
        }

        console.Write(resources);
        if (report.BySize.Count > 0)
        {
            WriteSizes(console, report, prices);
        }
    }

    private static void WriteSizes(IAnsiConsole console, Report report, PriceTable prices)
    {
        string architecture = report.Machine.Architecture;
        Table table = NewTable(["program", "MB", "cold ms", "warm ms", "$ per million\ncold", "$ per million\nwarm"]);
        table.Title($"by memory size; {architecture}, {prices.Region}, {prices.Date}");
        foreach (ProgramResult result in report.Ranked)
        {
            foreach (MemorySize size in report.Sizes(result.Name))
            {
                table.AddRow(
                    Name(result),
                    size.Megabytes.ToString(CultureInfo.InvariantCulture),
                    Cell(size.Cold, Metric.Response),
                    Cell(size.Warm, Metric.WarmCall),
                    Price(prices.PerMillionCalls(architecture, size.Megabytes, size.Cold.Median)),
                    Price(prices.PerMillionCalls(architecture, size.Megabytes, size.Warm.Median)));
            }
        }

        console.Write(table);
        foreach (ProgramResult result in report.Ranked)
        {
            if (MarkdownReport.Verdict(report, result, prices) is { } verdict)
            {
                console.WriteLine($"{result.Name}: {verdict}");
            }
        }
    }

    private static Table NewTable(string[] columns)
    {
        Table table = new() { Border = TableBorder.Simple };
        for (int i = 0; i < columns.Length; i++)
        {
            TableColumn column = new(Markup.Escape(columns[i]));
            table.AddColumn(i == 0 ? column : column.RightAligned());
        }

        return table;
    }

    private static string Name(ProgramResult result) => result.IsOwn ? $"[green]{result.Name}[/]" : result.Name;

    private static string Cell(Distribution? values, Metric metric) => values is not { } known
        ? ""
        : $"{Number(known.Median, metric.Decimals)}\n[grey]{Number(known.P90, metric.Decimals)} {Number(known.P99, metric.Decimals)}[/]";

    private static string Pair(ProgramResult result, Metric first, Metric second) =>
        $"{Number(result.Of(first)?.Median, first.Decimals)} → {Number(result.Of(second)?.Median, second.Decimals)}";

    private static string Price(decimal price) => price.ToString("0.000", CultureInfo.InvariantCulture);

    private static string Number(double? value, int decimals) => value?.ToString($"F{decimals}", CultureInfo.InvariantCulture) ?? "";
}
