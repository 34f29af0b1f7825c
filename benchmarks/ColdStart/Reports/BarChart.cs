using System.Globalization;
using System.Xml.Linq;

namespace Hashee.Benchmarks.ColdStart.Reports;

/// <summary>Horizontal bars as SVG: solid to the median, faint from there to p90. The colours follow the reader's light or dark scheme.</summary>
/// <param name="Title">Of the whole chart.</param>
/// <param name="Subtitle">Lines below it: how it is read, and where the figures are from.</param>
/// <param name="Panels">Below each other.</param>
/// <param name="Notes">Lines at the end: what is what.</param>
internal sealed record BarChart(
    string Title, IReadOnlyList<string> Subtitle, IReadOnlyList<BarChart.Panel> Panels, IReadOnlyList<string> Notes)
{
    private const int Width = 860;
    private const int LabelWidth = 170;
    private const int ValueWidth = 260;
    private const int RowHeight = 24;
    private const int BarHeight = 14;
    private const int Margin = 16;
    private const int HeadingHeight = 34;
    private const int LineHeight = 18;

    private const string Style = """
        text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328; }
        .title { font-size: 15px; font-weight: 600; }
        .heading { font-weight: 600; }
        .muted { fill: #59636e; }
        .own { fill: #1a7f37; }
        .other { fill: #818b98; }
        .tail { opacity: 0.4; }
        @media (prefers-color-scheme: dark) {
          text { fill: #f0f6fc; }
          .muted { fill: #9198a1; }
          .own { fill: #3fb950; }
          .other { fill: #656c76; }
        }
        """;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    /// <summary>Whether bars of all panels are drawn to one scale; otherwise each panel has its own.</summary>
    public bool HasOneScale { get; init; }

    /// <summary>Bars that are compared with each other.</summary>
    /// <param name="Heading">What is measured.</param>
    /// <param name="Unit">Behind each value.</param>
    /// <param name="Bars">From top to bottom.</param>
    internal sealed record Panel(string Heading, string Unit, IReadOnlyList<Bar> Bars);

    /// <summary>One bar.</summary>
    /// <param name="Label">On its left.</param>
    /// <param name="Values">Its median and its p90.</param>
    /// <param name="IsOwn">Stands out.</param>
    /// <param name="Note">After its value.</param>
    internal readonly record struct Bar(string Label, Distribution Values, bool IsOwn, string? Note = null);

    /// <summary>The chart as a document of its own.</summary>
    public string ToSvg()
    {
        XElement drawing = new(
            Svg + "svg",
            new XAttribute("role", "img"),
            new XElement(Svg + "title", Title),
            new XElement(Svg + "style", "\n" + Style + "\n"),
            Text(Margin, Margin + 12, Title, "title"));
        int y = Margin + 32;
        Write(Subtitle, ref y, drawing);
        y += HeadingHeight - LineHeight;
        double longest = Longest(Panels);
        foreach (Panel panel in Panels)
        {
            y = Draw(panel, HasOneScale ? longest : Longest([panel]), y, drawing);
        }

        Write(Notes, ref y, drawing);
        y += Margin - LineHeight;
        drawing.Add(new XAttribute("width", Width), new XAttribute("height", y), new XAttribute("viewBox", $"0 0 {Width} {y}"));
        return $"{drawing}\n";
    }

    private static double Longest(IReadOnlyList<Panel> panels) =>
        panels.SelectMany(static panel => panel.Bars).Select(static bar => bar.Values.P90).DefaultIfEmpty(0).Max();

    private static void Write(IReadOnlyList<string> lines, ref int y, XElement drawing)
    {
        foreach (string line in lines)
        {
            drawing.Add(Text(Margin, y, line, "muted"));
            y += LineHeight;
        }
    }

    private static int Draw(Panel panel, double longest, int y, XElement drawing)
    {
        drawing.Add(Text(Margin, y + 4, panel.Heading, "heading"));
        y += HeadingHeight - 14;
        double scale = longest > 0 ? (Width - (2 * Margin) - LabelWidth - ValueWidth) / longest : 0;
        foreach (Bar bar in panel.Bars)
        {
            double median = bar.Values.Median * scale;
            double tail = Math.Max(0, (bar.Values.P90 * scale) - median);
            string color = bar.IsOwn ? "own" : "other";
            int baseline = y + BarHeight - 2;
            drawing.Add(
                Text(Margin + LabelWidth - 10, baseline, bar.Label, null, "end"),
                Rectangle(Margin + LabelWidth, y, Math.Max(median, 1), color),
                Rectangle(Margin + LabelWidth + Math.Max(median, 1), y, tail, $"{color} tail"));
            string value = string.Create(CultureInfo.InvariantCulture, $"{bar.Values.Median:0.00} {panel.Unit}");
            string more = string.Create(CultureInfo.InvariantCulture, $"p90 {bar.Values.P90:0.00}{(bar.Note is null ? "" : ", " + bar.Note)}");
            XElement text = Text(Margin + LabelWidth + Math.Max(median, 1) + tail + 8, baseline, value, null);
            text.Add(new XElement(Svg + "tspan", new XAttribute("class", "muted"), Number("dx", 8), more));
            drawing.Add(text);
            y += RowHeight;
        }

        return y + Margin;
    }

    private static XElement Text(double x, double y, string text, string? style, string? anchor = null) => new(
        Svg + "text",
        Number("x", x),
        Number("y", y),
        style is null ? null : new XAttribute("class", style),
        anchor is null ? null : new XAttribute("text-anchor", anchor),
        text);

    private static XElement Rectangle(double x, double y, double width, string style) => new(
        Svg + "rect", Number("x", x), Number("y", y), Number("width", width), Number("height", BarHeight), new XAttribute("class", style));

    private static XAttribute Number(string name, double value) => new(name, value.ToString("0.##", CultureInfo.InvariantCulture));
}
