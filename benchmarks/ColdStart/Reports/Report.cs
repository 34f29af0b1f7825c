using System.Globalization;

namespace Hashee.Benchmarks.ColdStart.Reports;

/// <summary>All that a measurement has found.</summary>
/// <param name="Date">When it was made.</param>
/// <param name="Commit">Of what.</param>
/// <param name="Machine">Where.</param>
/// <param name="Runs">Starts of each program.</param>
/// <param name="Conditions">How programs were started, without a memory size.</param>
/// <param name="Programs">Without a limit of the processor.</param>
/// <param name="BySize">For each memory size the same programs with its share of a processor; empty when none was asked for.</param>
/// <param name="Missing">What was left out.</param>
internal sealed record Report(
    DateTimeOffset Date,
    string Commit,
    Machine Machine,
    int Runs,
    Conditions Conditions,
    IReadOnlyList<ProgramResult> Programs,
    IReadOnlyDictionary<int, IReadOnlyList<ProgramResult>> BySize,
    IReadOnlyList<MissingProgram> Missing)
{
    /// <summary>The part of a file's name that tells these conditions from others, for example <c>cold-start-cold-file</c>.</summary>
    public string Name => "cold-start" + (Conditions.ColdLibraries ? "-cold-libraries" : Conditions.ColdFile ? "-cold-file" : "")
        + (Conditions.OneCore ? "-one-core" : "") + (Conditions.NoEarlyConnection ? "-no-early-connection" : "");

    /// <summary>What was special about the starts, in a sentence.</summary>
    public string Circumstances
    {
        get
        {
            string files = Conditions switch
            {
                { ColdLibraries: true } => "the program's own files and every library that it maps evicted from the page cache before each start",
                { ColdFile: true } => "the program's own files evicted from the page cache before each start, libraries left in it",
                _ => "files in the page cache",
            };
            string cores = Conditions.OneCore ? "one processor" : $"{Machine.Processors} processors";
            string connection = Conditions.NoEarlyConnection ? "; connections before the first GET /next switched off" : "";
            return $"{Runs} starts of each program in turn; {files}; {cores}{connection}";
        }
    }

    /// <summary>When, of what and where the figures were measured, and with which software.</summary>
    public IReadOnlyList<string> Origin =>
    [
        string.Create(CultureInfo.InvariantCulture, $"{Date:yyyy-MM-dd}, {Commit}, {Machine.Software}"),
        $"{Machine.Processor}, {Machine.System}",
    ];

    /// <summary>The programs by what they do, and the fastest of each kind first: to its message on the wire, else to its response.</summary>
    public IReadOnlyList<ProgramResult> Ranked =>
    [
        .. Programs
            .OrderBy(static result => result.Program.Task)
            .ThenBy(static result => (result.Of(Metric.Wire) ?? result.Of(Metric.Response))?.Median ?? double.PositiveInfinity),
    ];

    /// <summary>Which root certificates a program reads.</summary>
    public string RootsOf(MeasuredProgram program) => program.Trust switch
    {
        Trust.BuiltIn => "five of its own",
        Trust.System => $"all {Machine.RootCertificates} of the system",
        Trust.Few => "five, by SSL_CERT_FILE",
        Trust.Node => "Node's own",
        _ => "none",
    };

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
