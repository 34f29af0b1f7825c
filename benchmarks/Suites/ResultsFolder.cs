using BenchmarkDotNet.Environments;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Hashee.Benchmarks.ColdStart;

namespace Hashee.Benchmarks.Suites;

/// <summary>
/// Keeps the table of a suite as <c>benchmarks/results/PROCESSOR/SUITE.md</c>. Only a suite that ran whole, without a failure and with the
/// unchanged job of <see cref="SuiteConfiguration"/> replaces what is there: anything else could not be compared with it.
/// </summary>
internal sealed class ResultsFolder : IExporter
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

        string folder = Path.Combine(Repository.FindRoot(), "benchmarks", "results", FolderName(summary.HostEnvironmentInfo));
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, $"{first.Descriptor.Type.Name}.md");
        File.WriteAllText(path, Table(summary));
        return [path];
    }

    private static bool IsWhole(Summary summary, Type suite) =>
        summary.Reports.Length == BenchmarkConverter.TypeToBenchmarks(suite).BenchmarksCases.Length
        && summary.Reports.All(static report => report.Success && report.BenchmarkCase.Job.DisplayInfo == SuiteConfiguration.Job.DisplayInfo);

    /// <summary>The table for GitHub, without the quotation marks that BenchmarkDotNet puts around names of several words.</summary>
    private static string Table(Summary summary)
    {
        AccumulationLogger table = new();
        MarkdownExporter.GitHub.ExportToLog(summary, table);
        return table.GetLog().TrimStart().Replace("&#39;", " ", StringComparison.Ordinal);
    }

    /// <summary>The processor as BenchmarkDotNet names it, in characters that every file system takes.</summary>
    private static string FolderName(HostEnvironmentInfo host)
    {
        string processor = ProcessorBrandStringHelper.Prettify(host.CpuInfo.Value, includeMaxFrequency: false);
        return string.Concat(processor.Select(static character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' ? character : '-'));
    }
}
