using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Hashee.Benchmarks.ColdStart;
using Hashee.Benchmarks.ColdStart.Reports;

namespace Hashee.Benchmarks.Tests;

public sealed class ReportTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void A_programs_row_has_p50_p90_and_p99_of_each_time()
    {
        string row = Row(MarkdownReport.Write(Reports.Sample(), Reports.Prices), "webhook");

        Assert.Contains("| **5.00** 5.80 5.98 |", row, StringComparison.Ordinal);
        Assert.Contains("| **7.00** 7.80 7.98 |", row, StringComparison.Ordinal);
        Assert.EndsWith("| **0.50** 0.75 0.75 |", row, StringComparison.Ordinal);
    }

    [Fact]
    public void Ratios_refer_to_the_floors_time_to_next()
    {
        Report report = Reports.Sample();

        // Medians: webhook 5 and 7, floor 3.
        Assert.Equal(5.0 / 3, report.TimesFloor(report.Programs[0], Metric.Next)!.Value, tolerance: 1e-9);
        Assert.Equal(7.0 / 3, report.TimesFloor(report.Programs[0], Metric.Wire)!.Value, tolerance: 1e-9);
    }

    [Fact]
    public void A_program_that_sends_nothing_has_no_time_on_the_wire()
    {
        Report report = Reports.Sample();

        Assert.Null(report.Programs[1].Of(Metric.Wire));
        Assert.Null(report.TimesFloor(report.Programs[1], Metric.Wire));
    }

    [Fact]
    public void What_is_left_out_is_named_with_its_reason() =>
        Assert.Contains(
            "- `go` is left out: no Go (package golang-go)\n", MarkdownReport.Write(Reports.Sample(), Reports.Prices), StringComparison.Ordinal);

    [Fact]
    public void Failed_runs_are_counted_and_the_first_reason_is_given()
    {
        Report report = Reports.Sample();
        report = report with { Programs = [report.Programs[0] with { Failures = ["it answered 503"] }] };

        Assert.Contains(
            "- `webhook`: 1 of 3 runs failed and have no figures: it answered 503\n", MarkdownReport.Write(report, Reports.Prices), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_row_of_a_table_has_as_many_cells_as_its_head()
    {
        string page = MarkdownReport.Write(Reports.Sample(bySize: true), Reports.Prices);

        int columns = 0;
        foreach (string line in page.Split('\n'))
        {
            int cells = line.Replace("\\|", "", StringComparison.Ordinal).Count(static character => character == '|');
            Assert.True(cells == 0 || columns == 0 || cells == columns, line);
            columns = cells;
        }
    }

    [Fact]
    public void Without_memory_sizes_there_is_no_word_of_them() =>
        Assert.DoesNotContain("memory size", MarkdownReport.Write(Reports.Sample(), Reports.Prices), StringComparison.Ordinal);

    [Fact]
    public void Memory_sizes_are_listed_in_ascending_order_with_their_prices()
    {
        string page = MarkdownReport.Write(Reports.Sample(bySize: true), Reports.Prices);

        int small = page.IndexOf("| webhook | 128 | **36.00** ", StringComparison.Ordinal);
        int large = page.IndexOf("| webhook | 512 | **12.00** ", StringComparison.Ordinal);
        Assert.InRange(small, 0, large);
        Assert.Contains($" | {Reports.Prices.PerMillionCalls("arm64", 512, 12):0.000} | ", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_cheapest_and_the_fastest_size_are_named()
    {
        Report report = Reports.Sample(bySize: true);

        string? verdict = MarkdownReport.Verdict(report, report.Programs[0], Reports.Prices);

        Assert.StartsWith(
            "cold calls cheapest at 128 MB ($0.275 a million on x86_64), fastest at 512 MB (12.00 ms); warm calls", verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void A_files_name_tells_the_conditions()
    {
        Report report = Reports.Sample();

        Assert.Equal("cold-start-cold-file", report.Name);
        Assert.Equal("cold-start", (report with { Conditions = new Conditions() }).Name);
        Assert.Equal("cold-start-cold-libraries", (report with { Conditions = new Conditions { ColdFile = true, ColdLibraries = true } }).Name);
        Assert.Equal(
            "cold-start-one-core-no-early-connection",
            (report with { Conditions = new Conditions { OneCore = true, NoEarlyConnection = true } }).Name);
    }

    [Fact]
    public void What_was_evicted_is_said()
    {
        Report report = Reports.Sample();

        Assert.Contains("own files evicted", report.Circumstances, StringComparison.Ordinal);
        Assert.Contains("libraries left in it", report.Circumstances, StringComparison.Ordinal);
        report = report with { Conditions = new Conditions { ColdFile = true, ColdLibraries = true } };
        Assert.Contains("every library that it maps evicted", report.Circumstances, StringComparison.Ordinal);
    }

    [Fact]
    public void Date_commit_versions_and_machine_are_on_the_page_and_on_every_chart()
    {
        Report report = Reports.Sample(bySize: true);
        string[] texts =
        [
            MarkdownReport.Write(report, Reports.Prices),
            .. ((BarChart[])[Charts.Starts(report), Charts.Sizes(report, Reports.Prices)]).Select(static chart => XDocument.Parse(chart.ToSvg()).Root!.Value),
        ];

        Assert.All(texts, static text =>
        {
            Assert.Contains("2026-01-02, commit 0123456789, net10.0, SDK 10.0.401, OpenSSL 3.0.20", text, StringComparison.Ordinal);
            Assert.Contains("AMD <EPYC> & Co, Debian, Linux 6.1", text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Programs_are_listed_by_what_they_do_and_the_fastest_to_the_wire_first()
    {
        Report report = Reports.Sample();
        report = report with
        {
            Programs =
            [
                .. report.Programs,
                Reports.Program("worker", "w", TaskKind.Worker, Trust.System, 1, 2),
                Reports.Program("go", "g", TaskKind.Webhook, Trust.System, 1, 5),
                Reports.Program("c", "c", TaskKind.Loop, Trust.None, 1, null),
            ],
        };

        string[] names = ["go", "webhook", "node", "worker", "c", "bare-aot"];
        Assert.Equal(names, report.Ranked.Select(static result => result.Name));
        string page = MarkdownReport.Write(report, Reports.Prices);
        Assert.Equal(names.Concat(names).Concat(names), page.Split('\n')
            .Select(static line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length > 2 && names.Contains(cells[1])).Select(static cells => cells[1]));
    }

    [Fact]
    public void What_a_program_reads_and_when_it_connects_is_on_the_page()
    {
        string[] rows = MarkdownReport.Write(Reports.Sample(), Reports.Prices).Split('\n');

        Assert.Contains("| webhook | this project's webhook | in INIT | five of its own | v1 |", rows);
        Assert.Contains("| node | Node \\| <AWS> & \"SDK\" | at the first message | Node's own | v1 |", rows);
        Assert.Contains("| bare-aot | the floor | never | none | v1 |", rows);
        MeasuredProgram program = Reports.Program("go", "g", TaskKind.Webhook, Trust.System, 1, 2).Program;
        Assert.Equal("all 142 of the system", Reports.Sample().RootsOf(program));
        Assert.Equal("five, by SSL_CERT_FILE", Reports.Sample().RootsOf(program with { Trust = Trust.Few }));
    }

    [Fact]
    public void Every_panel_of_a_chart_has_its_fastest_program_first_and_every_program_is_explained()
    {
        Report report = Reports.Sample();
        report = report with { Programs = [report.Programs[2], report.Programs[0], report.Programs[1]] };

        BarChart chart = Charts.Starts(report);

        Assert.Equal(["bare-aot", "webhook", "node"], chart.Panels[0].Bars.Select(static bar => bar.Label));
        Assert.Equal(["webhook", "node"], chart.Panels[1].Bars.Select(static bar => bar.Label));
        Assert.Equal(
            [
                "webhook: this project's webhook; connects in INIT; roots: five of its own",
                "node: Node | <AWS> & \"SDK\"; connects at the first message; roots: Node's own",
                "bare-aot: the floor",
            ],
            chart.Notes);
        string drawn = XDocument.Parse(chart.ToSvg()).Root!.Value;
        Assert.All(chart.Notes.Concat(chart.Subtitle), line => Assert.Contains(line, drawn, StringComparison.Ordinal));
    }

    [Fact]
    public void Memory_sizes_of_all_programs_are_drawn_to_one_scale()
    {
        double[] widths = [.. XDocument.Parse(Charts.Sizes(Reports.Sample(bySize: true), Reports.Prices).ToSvg())
            .Descendants(Svg + "rect").Select(static rect => Number(rect, "width"))];

        // Medians and tails of webhook, node and floor at 128 and 512 MB: a millisecond is as long for each.
        (double Median, double Tail)[] bars = [.. widths.Chunk(2).Select(static pair => (pair[0], pair[1]))];
        Assert.Equal(6, bars.Length);
        Assert.Equal(36.0 / 804, bars[0].Median / bars[2].Median, tolerance: 1e-3);
        Assert.Equal(12.0 / 804, bars[1].Median / bars[2].Median, tolerance: 1e-3);
    }

    [Fact]
    public void Charts_are_well_formed_whatever_the_names_contain()
    {
        Report report = Reports.Sample(bySize: true);

        foreach (BarChart chart in (BarChart[])[Charts.Starts(report), Charts.Sizes(report, Reports.Prices)])
        {
            XDocument document = XDocument.Parse(chart.ToSvg());
            Assert.Equal(Svg + "svg", document.Root!.Name);
        }

        Assert.Contains("AMD <EPYC> & Co", XDocument.Parse(Charts.Starts(report).ToSvg()).Root!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bar_is_as_long_as_its_median_and_its_tail_reaches_to_p90()
    {
        BarChart chart = new("t", ["s"], [new BarChart.Panel("p", "ms",
        [
            new BarChart.Bar("slow", new Distribution(9, 50, 100, 100), IsOwn: false),
            new BarChart.Bar("fast", new Distribution(9, 25, 50, 50), IsOwn: true),
        ])], []);

        double[] widths = [.. XDocument.Parse(chart.ToSvg()).Descendants(Svg + "rect").Select(static rect => Number(rect, "width"))];

        Assert.Equal([widths[0], widths[0], widths[0] / 2, widths[0] / 2], widths);
    }

    [Fact]
    public void Nothing_is_drawn_outside_the_chart()
    {
        XElement drawing = XDocument.Parse(Charts.Starts(Reports.Sample()).ToSvg()).Root!;

        foreach (XElement text in drawing.Elements(Svg + "text"))
        {
            Assert.InRange(Number(text, "y"), 0, Number(drawing, "height"));
        }

        foreach (XElement rect in drawing.Elements(Svg + "rect"))
        {
            Assert.InRange(Number(rect, "x") + Number(rect, "width"), 0, Number(drawing, "width"));
            Assert.InRange(Number(rect, "y") + Number(rect, "height"), 0, Number(drawing, "height"));
        }
    }

    [Fact]
    public void A_chart_has_colors_for_dark_readers() =>
        Assert.Contains("@media (prefers-color-scheme: dark)", Charts.Starts(Reports.Sample()).ToSvg(), StringComparison.Ordinal);

    [Fact]
    public void The_json_has_every_single_measurement()
    {
        using MemoryStream bytes = new();
        JsonReport.Write(bytes, Reports.Sample(bySize: true));

        using JsonDocument document = JsonDocument.Parse(bytes.ToArray());
        JsonElement[] programs = [.. document.RootElement.GetProperty("programs").EnumerateArray()];
        Assert.Equal(9, programs.Length);
        Assert.Equal([4, 6], programs[0].GetProperty("next_ms").GetProperty("values").EnumerateArray().Select(static value => value.GetDouble()));
        JsonElement warm = programs[0].GetProperty("warm_call_ms").GetProperty("values");
        Assert.Equal([0.25, 0.75, 0.25, 0.75], warm.EnumerateArray().Select(static value => value.GetDouble()));
        Assert.False(programs[1].TryGetProperty("wire_ms", out _));
        Assert.Equal(("in INIT", "five of its own"), (programs[0].GetProperty("connects").GetString(), programs[0].GetProperty("roots").GetString()));
        Assert.Equal("commit 0123456789", document.RootElement.GetProperty("commit").GetString());
        Assert.Equal([128, 512], programs.Where(static program => program.TryGetProperty("memory_mb", out _))
            .Select(static program => program.GetProperty("memory_mb").GetInt32()).Distinct());
        Assert.Equal("no Go (package golang-go)", document.RootElement.GetProperty("missing").GetProperty("go").GetString());
    }

    [Fact]
    public void The_files_of_a_report_lie_in_its_folder()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory();
        try
        {
            IReadOnlyList<string> files = ReportFiles.Write(Path.Combine(folder.FullName, "new"), Reports.Sample(bySize: true), Reports.Prices);

            Assert.Equal(
                ["cold-start-cold-file.md", "cold-start-cold-file.svg", "cold-start-cold-file-memory.svg"], files.Select(Path.GetFileName));
            Assert.All(files, static file => Assert.True(File.Exists(file)));
            string page = File.ReadAllText(files[0]);
            Assert.All(files.Skip(1), file => Assert.Contains($"({Path.GetFileName(file)})", page, StringComparison.Ordinal));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Row(string page, string program) =>
        page.Split('\n').First(line => line.StartsWith($"| {program} |", StringComparison.Ordinal)).TrimEnd();

    private static double Number(XElement element, string attribute) => XmlConvert.ToDouble(element.Attribute(attribute)!.Value);
}
