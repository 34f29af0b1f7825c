namespace Hashee.Benchmarks.ColdStart.Reports;

/// <summary>The files of a report.</summary>
internal static class ReportFiles
{
    /// <summary>Writes the page and its charts.</summary>
    /// <param name="folder">Is made when it is not there.</param>
    /// <param name="report">What was found.</param>
    /// <param name="prices">What Lambda costs.</param>
    /// <returns>The paths.</returns>
    public static IReadOnlyList<string> Write(string folder, Report report, PriceTable prices)
    {
        Directory.CreateDirectory(folder);
        List<string> written = [];
        void Add(string name, string content)
        {
            string path = Path.Combine(folder, name);
            File.WriteAllText(path, content);
            written.Add(path);
        }

        Add($"{report.Name}.md", MarkdownReport.Write(report, prices));
        Add($"{report.Name}.svg", Charts.Starts(report).ToSvg());
        if (report.BySize.Count > 0)
        {
            Add($"{report.Name}-memory.svg", Charts.Sizes(report, prices).ToSvg());
        }

        return written;
    }
}
