namespace Hashee.Benchmarks.ColdStart.Reports;

/// <summary>What was measured of one program.</summary>
/// <param name="Name">As in <c>--programs</c>.</param>
/// <param name="Title">What it is, in a few words.</param>
/// <param name="Versions">What it was built with.</param>
/// <param name="PackageBytes">Its own files: what Lambda unzips.</param>
/// <param name="ZipBytes">The same, zipped.</param>
/// <param name="Samples">Its runs.</param>
/// <param name="Failures">Runs without figures, each with its reason.</param>
internal sealed record ProgramResult(
    string Name, string Title, string Versions, long PackageBytes, long ZipBytes, IReadOnlyList<Sample> Samples, IReadOnlyList<string> Failures)
{
    /// <summary>A metric over all runs; null when the program has no such figure.</summary>
    public Distribution? Of(Metric metric) => Distribution.Of(Samples.SelectMany(metric.Values));

    /// <summary>Whether it is this project's own.</summary>
    public bool IsOwn => Name is "webhook" or "worker";
}
