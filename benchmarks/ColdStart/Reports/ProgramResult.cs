namespace Hashee.Benchmarks.ColdStart.Reports;

/// <summary>What was measured of one program.</summary>
/// <param name="Program">The program.</param>
/// <param name="PackageBytes">Its own files: what Lambda unzips.</param>
/// <param name="ZipBytes">The same, zipped.</param>
/// <param name="Samples">Its runs.</param>
/// <param name="Failures">Runs without figures, each with its reason.</param>
internal sealed record ProgramResult(
    MeasuredProgram Program, long PackageBytes, long ZipBytes, IReadOnlyList<Sample> Samples, IReadOnlyList<string> Failures)
{
    /// <summary>As in <c>--programs</c>.</summary>
    public string Name => Program.Name;

    /// <summary>Whether it is this project's own.</summary>
    public bool IsOwn => Name is "webhook" or "model-agent" || Program.Task == TaskKind.Worker;

    /// <summary>When it makes its connection to the outside, as was seen.</summary>
    public string Connects => Program.Task == TaskKind.Loop ? "never"
        : Samples.Any(static sample => sample.ConnectedEarly) ? "in INIT"
        : "at the first message";

    /// <summary>A metric over all runs; null when the program has no such figure.</summary>
    public Distribution? Of(Metric metric) => Distribution.Of(Samples.SelectMany(metric.Values));
}
