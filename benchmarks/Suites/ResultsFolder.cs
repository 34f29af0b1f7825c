using System.Globalization;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Hashee.Benchmarks.ColdStart;
using Hashee.Benchmarks.ColdStart.Reports;

namespace Hashee.Benchmarks.Suites;

/// <summary>
/// Keeps the table of a suite as <c>SUITE.md</c> in <c>artifacts/results</c>, or where it is committed. Only a suite that ran whole, without a
/// failure and with the unchanged job of <see cref="SuiteConfiguration"/> replaces what is there: anything else could not be compared with it.
/// </summary>
/// <param name="publish">Whether it is to be committed.</param>
internal sealed class ResultsFolder(bool publish) : IExporter
{
    public string Name => nameof(ResultsFolder);

    public void ExportToLog(Summary summary, ILogger logger)
    {
    }

    public IEnumerable<string> ExportToFiles(Summary summary, ILogger consoleLogger)
    {
        if (summary.BenchmarksCases is not [BenchmarkCase first, ..] || !IsWhole(summary, first.Descriptor.Type))
        {
            return [];
        }

        string root = Repository.FindRoot();
        Machine machine = Machine.Current(root);
        string folder = Repository.ResultsFolder(publish, machine.FolderName);
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, $"{first.Descriptor.Type.Name}.md");
        string origin = string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.Now:yyyy-MM-dd}, {Repository.Commit(root)}, {machine.Processor}");
        File.WriteAllText(path, $"{origin}\n\n{Table(summary)}");
        return [path];
    }

    private static bool IsWhole(Summary summary, Type suite) =>
        summary.Reports.Length == BenchmarkConverter.TypeToBenchmarks(suite).BenchmarksCases.Length
        && summary.Reports.All(static report =>
            report.Success && report.BenchmarkCase.Job.DisplayInfo == SuiteConfiguration.Job.DisplayInfo);

    /// <summary>
    /// The table for GitHub, without the quotation marks that BenchmarkDotNet puts around names of several words and without
    /// white space at the end of lines.
    /// </summary>
    private static string Table(Summary summary)
    {
        AccumulationLogger table = new();
        MarkdownExporter.GitHub.ExportToLog(summary, table);
        string markdown = table.GetLog().Trim().Replace("&#39;", "", StringComparison.Ordinal);
        return string.Concat(markdown.Split('\n').Select(static line => line.TrimEnd() + "\n"));
    }
}
