using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using Perfolizer.Horology;

namespace Hashee.Benchmarks.Suites;

/// <summary>How the suites run, and what their tables show.</summary>
internal static class SuiteConfiguration
{
    /// <summary>
    /// The job whose results are kept: iterations so short that all suites end within minutes, and no profile-guided optimization,
    /// which the Native AOT binaries do not have either.
    /// </summary>
    public static Job Job { get; } = Job.Default
        .WithId("Suite")
        .WithWarmupCount(4)
        .WithIterationCount(10)
        .WithIterationTime(TimeInterval.FromMilliseconds(150))
        .WithEnvironmentVariable("DOTNET_TieredPGO", "0")
        .AsDefault()
        .Freeze();

    /// <param name="arguments">The command line; a job that it names takes the place of ours.</param>
    /// <param name="publish">Whether the tables go where they are committed.</param>
    public static IConfig Create(string[] arguments, bool publish)
    {
        ManualConfig configuration = ManualConfig.Create(DefaultConfig.Instance)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddExporter(new ResultsFolder(publish))
            .HideColumns(Column.Median, Column.RatioSD, Column.Gen0, Column.Gen1, Column.Gen2, Column.AllocRatio);
        return arguments.Any(static argument => argument is "-j" or "--job") ? configuration : configuration.AddJob(Job);
    }
}
