namespace Hashee.Benchmarks.ColdStart.Reports;

/// <summary>All that a measurement has found.</summary>
/// <param name="Date">When it was made.</param>
/// <param name="Machine">Where.</param>
/// <param name="Runs">Starts of each program.</param>
/// <param name="Conditions">How programs were started, without a memory size.</param>
/// <param name="Programs">Without a limit of the processor.</param>
/// <param name="BySize">For each memory size the same programs with its share of a processor; empty when none was asked for.</param>
/// <param name="Missing">What was left out.</param>
internal sealed record Report(
    DateTimeOffset Date,
    Machine Machine,
    int Runs,
    Conditions Conditions,
    IReadOnlyList<ProgramResult> Programs,
    IReadOnlyDictionary<int, IReadOnlyList<ProgramResult>> BySize,
    IReadOnlyList<MissingProgram> Missing)
{
    /// <summary>The part of a file's name that tells these conditions from others, for example <c>cold-start-cold-file</c>.</summary>
    public string Name => "cold-start" + (Conditions.ColdFile ? "-cold-file" : "") + (Conditions.OneCore ? "-one-core" : "")
        + (Conditions.NoEarlyConnection ? "-no-early-connection" : "") + (Conditions.FewRoots ? "-few-roots" : "");

    /// <summary>What was special about the starts, in a sentence.</summary>
    public string Circumstances
    {
        get
        {
            string files = Conditions.ColdFile ? "the program's own files evicted from the page cache before each start" : "files in the page cache";
            string cores = Conditions.OneCore ? "one processor" : $"{Machine.Processors} processors";
            string connection = Conditions.NoEarlyConnection ? "; the webhook's early connection switched off" : "";
            string roots = Conditions.FewRoots ? "; five root certificates where programs read the system's" : "";
            return $"{Runs} starts of each program in turn; {files}; {cores}{connection}{roots}";
        }
    }

    /// <summary>A program at each memory size, in ascending order.</summary>
    public IReadOnlyList<MemorySize> Sizes(string program) =>
    [
        .. from size in BySize.Keys.Order()
           let result = BySize[size].FirstOrDefault(result => result.Name == program)
           let cold = result?.Of(Metric.Response)
           let warm = result?.Of(Metric.WarmCall)
           where cold is not null && warm is not null
           select new MemorySize(size, cold.Value, warm.Value),
    ];

    /// <summary>How many times the floor's median time to /next a program's median is; null without the floor or the figure.</summary>
    public double? TimesFloor(ProgramResult program, Metric metric) =>
        Programs.FirstOrDefault(static result => result.Name == ProgramCatalog.Floor)?.Of(Metric.Next) is { } floor
            ? program.Of(metric)?.Median / floor.Median
            : null;
}
