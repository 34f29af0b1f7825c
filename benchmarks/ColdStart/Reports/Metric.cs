namespace Hashee.Benchmarks.ColdStart.Reports;

/// <summary>One figure of a run, or several of a kind.</summary>
/// <param name="Key">Its name in JSON.</param>
/// <param name="Title">Its name for readers.</param>
/// <param name="Decimals">As many as its resolution is worth.</param>
/// <param name="Values">Reads it from a run.</param>
internal sealed record Metric(string Key, string Title, int Decimals, Func<Sample, IEnumerable<double>> Values)
{
    private const double KilobytesPerMebibyte = 1024;

    public static Metric Next { get; } = new("next_ms", "exec → /next", 2, static sample => [sample.Next]);

    public static Metric Wire { get; } = new("wire_ms", "exec → on the wire", 2, static sample => sample.Wire is { } wire ? [wire] : []);

    public static Metric Response { get; } = new("response_ms", "exec → first response", 2, static sample => [sample.Response]);

    public static Metric FirstCall { get; } = new("first_call_ms", "first event → response", 2, static sample => [sample.FirstCall]);

    public static Metric WarmCall { get; } = new("warm_call_ms", "warm event → response", 2, static sample => sample.WarmCalls);

    public static Metric CpuAtNext { get; } = new("cpu_next_ms", "CPU ms at /next", 2, static sample => [sample.AtNext.CpuMilliseconds]);

    public static Metric CpuAfterFirst { get; } =
        new("cpu_first_call_ms", "CPU ms after the first call", 2, static sample => [sample.AfterFirst.CpuMilliseconds]);

    public static Metric FaultsAtNext { get; } = new("page_faults_next", "page faults at /next", 0, static sample => [sample.AtNext.PageFaults]);

    public static Metric FaultsAfterFirst { get; } =
        new("page_faults_first_call", "page faults after the first call", 0, static sample => [sample.AfterFirst.PageFaults]);

    public static Metric MemoryAtNext { get; } =
        new("peak_rss_next_mib", "peak RSS MiB at /next", 1, static sample => [sample.AtNext.PeakResidentKilobytes / KilobytesPerMebibyte]);

    public static Metric MemoryAfterFirst { get; } =
        new("peak_rss_first_call_mib", "peak RSS MiB after the first call", 1,
            static sample => [sample.AfterFirst.PeakResidentKilobytes / KilobytesPerMebibyte]);

    /// <summary>Milliseconds.</summary>
    public static IReadOnlyList<Metric> Times { get; } = [Next, Wire, Response, FirstCall, WarmCall];

    /// <summary>What it takes from the machine.</summary>
    public static IReadOnlyList<Metric> Resources { get; } =
        [CpuAtNext, CpuAfterFirst, FaultsAtNext, FaultsAfterFirst, MemoryAtNext, MemoryAfterFirst];
}
