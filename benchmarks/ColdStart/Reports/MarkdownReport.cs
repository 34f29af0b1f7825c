using System.Globalization;
using System.Text;

namespace Hashee.Benchmarks.ColdStart.Reports;

/// <summary>A report as a page of Markdown that embeds its charts.</summary>
internal static class MarkdownReport
{
    /// <summary>The page.</summary>
    /// <param name="report">What was found.</param>
    /// <param name="prices">What Lambda costs.</param>
    public static string Write(Report report, PriceTable prices)
    {
        StringBuilder page = new();
        page.Append(CultureInfo.InvariantCulture, $"""
            # Cold start

            {string.Join(",\n", report.Origin)}.
            {report.Circumstances}.

            ![exec to /next and to the first message on the wire]({report.Name}.svg)

            Times in ms, **p50** p90 p99. A time from exec is the time to GET /next and the time from the event, added: the clock stands still
            between them, where the counters are read. "On the wire" is SendMessage over TLS, for the worker its reply over TLS, read to its
            last byte by the server. Webhooks come first, then the worker, then the loops that send nothing; the fastest to the wire first. The
            last table says what each program is.


            """);
        Table(page, ["program", .. Metric.Times.Select(static metric => metric.Title)], report.Ranked.Select(result =>
            (string[])[result.Name, .. Metric.Times.Select(metric => Cell(result.Of(metric), metric))]));

        page.Append(CultureInfo.InvariantCulture, $"""

            Medians. × = times the /next of `{ProgramCatalog.Floor}`. The package is what Lambda would unzip, without a runtime that Lambda's image brings.


            """);
        Table(
            page,
            ["program", "× /next", "× wire", .. Metric.Resources.Select(static metric => metric.Title), "package MB", "zip MB"],
            report.Ranked.Select(result => (string[])
            [
                result.Name,
                Ratio(report.TimesFloor(result, Metric.Next)),
                Ratio(report.TimesFloor(result, Metric.Wire)),
                .. Metric.Resources.Select(metric => Number(result.Of(metric)?.Median, metric.Decimals)),
                Number(result.PackageBytes / 1e6, 2),
                Number(result.ZipBytes / 1e6, 2),
            ]));

        page.Append(CultureInfo.InvariantCulture, $"""

            A program that connects in INIT has done so before its GET /next; one that connects at the first message does it between the event
            and the wire. Reading a root certificate takes time: .NET and Go read the whole bundle of the system before their first TLS
            connection, which is why those programs have a second row with few.


            """);
        Table(
            page,
            ["program", "what it is", "connects", "root certificates", "built with"],
            report.Ranked.Select(result => (string[])
                [result.Name, result.Program.Title, result.Connects, report.RootsOf(result.Program), result.Program.Versions]),
            alignment: "---");
        Absent(page, report);
        if (report.BySize.Count > 0)
        {
            Sizes(page, report, prices);
        }

        return page.ToString();
    }

    private static void Absent(StringBuilder page, Report report)
    {
        string[] lines =
        [
            .. report.Missing.Select(static program => $"- `{program.Name}` is left out: {program.Reason}"),
            .. report.Programs.Where(static result => result.Failures.Count > 0)
                .Select(static result =>
                    $"- `{result.Name}`: {result.Failures.Count} of {result.Failures.Count + result.Samples.Count} runs failed "
                    + $"and have no figures: {result.Failures[0]}"),
        ];
        if (lines.Length > 0)
        {
            page.Append('\n').AppendJoin('\n', lines).Append('\n');
        }
    }

    private static void Sizes(StringBuilder page, Report report, PriceTable prices)
    {
        page.Append(CultureInfo.InvariantCulture, $"""

            ## By memory size

            INIT has one whole processor; from the first GET /next on the program has memory / {Native.CpuShare.WholeProcessorMegabytes} of one,
            in periods of 20 ms. Cold: exec → first response, INIT billed. Prices in US dollars for a million calls of the median length, requests included,
            {prices.Region} on {prices.Date} ([source]({prices.Source})); both architectures with this machine's times.

            ![exec to the first response by memory size]({report.Name}-memory.svg)


            """);
        Table(
            page,
            ["program", "MB", "cold ms p50 p90 p99", "warm ms p50 p90 p99", "cold arm64 $", "warm arm64 $", "cold x86_64 $", "warm x86_64 $"],
            from result in report.Ranked
            from size in report.Sizes(result.Name)
            select (string[])
            [
                result.Name,
                size.Megabytes.ToString(CultureInfo.InvariantCulture),
                Cell(size.Cold, Metric.Response),
                Cell(size.Warm, Metric.WarmCall),
                .. from architecture in (string[])["arm64", "x86_64"]
                   from time in (double[])[size.Cold.Median, size.Warm.Median]
                   select Number((double)prices.PerMillionCalls(architecture, size.Megabytes, time), 3),
            ]);

        page.Append('\n');
        foreach (ProgramResult result in report.Ranked)
        {
            if (Verdict(report, result, prices) is { } verdict)
            {
                page.Append(CultureInfo.InvariantCulture, $"- `{result.Name}`: {verdict}\n");
            }
        }
    }

    /// <summary>The cheapest and the fastest size of a program, cold and warm; null when it has none.</summary>
    public static string? Verdict(Report report, ProgramResult result, PriceTable prices)
    {
        IReadOnlyList<MemorySize> sizes = report.Sizes(result.Name);
        if (sizes.Count == 0)
        {
            return null;
        }

        string Of(string name, Func<MemorySize, Distribution> calls)
        {
            string architecture = report.Machine.Architecture;
            MemorySize cheapest = MemorySize.Cheapest(sizes, prices, architecture, calls);
            MemorySize fastest = MemorySize.Fastest(sizes, calls);
            decimal price = prices.PerMillionCalls(architecture, cheapest.Megabytes, calls(cheapest).Median);
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{name} calls cheapest at {cheapest.Megabytes} MB (${price:0.000} a million on {architecture}), "
                + $"fastest at {fastest.Megabytes} MB ({calls(fastest).Median:0.00} ms)");
        }

        return $"{Of("cold", static size => size.Cold)}; {Of("warm", static size => size.Warm)}";
    }

    private static void Table(StringBuilder page, string[] head, IEnumerable<string[]> rows, string alignment = "---:")
    {
        Row(page, head);
        Row(page, [.. head.Select((_, column) => column == 0 ? "---" : alignment)]);
        foreach (string[] row in rows)
        {
            Row(page, row);
        }
    }

    private static void Row(StringBuilder page, string[] cells) =>
        page.Append("| ").AppendJoin(" | ", cells.Select(static cell => cell.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");

    private static string Cell(Distribution? values, Metric metric) => values is not { } known
        ? ""
        : $"**{Number(known.Median, metric.Decimals)}** {Number(known.P90, metric.Decimals)} {Number(known.P99, metric.Decimals)}";

    private static string Ratio(double? ratio) => Number(ratio, 2);

    private static string Number(double? value, int decimals) => value?.ToString($"F{decimals}", CultureInfo.InvariantCulture) ?? "";
}
