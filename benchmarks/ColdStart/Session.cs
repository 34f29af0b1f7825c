using System.IO.Compression;
using Hashee.Benchmarks.ColdStart.Native;
using Hashee.Benchmarks.ColdStart.Reports;

namespace Hashee.Benchmarks.ColdStart;

/// <summary>A whole measurement: every program under every condition in turn, run by run, so that what drifts hits all alike.</summary>
/// <param name="options">What to measure.</param>
/// <param name="catalog">What there is.</param>
/// <param name="progress">Hears of everything worth saying.</param>
internal sealed class Session(ColdStartOptions options, ProgramCatalog catalog, IProgress progress)
{
    // The first runs compile this program's own code and fill the page cache; they have no place in the figures.
    private const int WarmUps = 3;

    /// <summary>Measures.</summary>
    public Report Run()
    {
        string root = Repository.FindRoot();
        string commit = Repository.Commit(root);
        Machine machine = Machine.Current(root);
        List<MissingProgram> missing = [.. catalog.Missing.Where(program => IsWanted(program.Name))];
        IReadOnlyList<int> sizes = UsableSizes();
        using Measurement measurement = new();
        List<MeasuredProgram> programs = WarmUp(measurement, missing);
        foreach (MissingProgram program in missing)
        {
            progress.Say($"{program.Name} is left out: {program.Reason}");
        }

        Cell[] cells =
        [
            .. from megabytes in sizes.Select(static size => (int?)size).Prepend(null)
               from program in programs
               select new Cell(program, megabytes),
        ];
        progress.Begin(options.Runs * cells.Length);
        for (int run = 0; run < options.Runs; run++)
        {
            foreach (Cell cell in cells)
            {
                progress.Step($"run {run + 1} of {options.Runs}", cell.Program.Name);
                try
                {
                    cell.Samples.Add(measurement.Measure(cell.Program, options.Conditions with { Megabytes = cell.Megabytes }));
                }
                catch (RunFailedException failure)
                {
                    cell.Failures.Add(failure.Reason);
                    progress.Say(failure.Message);
                }
            }
        }

        progress.End();
        IReadOnlyList<ProgramResult> Results(int? megabytes) => [.. cells.Where(cell => cell.Megabytes == megabytes).Select(static cell => cell.ToResult())];
        return new Report(
            DateTimeOffset.Now, commit, machine, options.Runs, options.Conditions, Results(null),
            sizes.ToDictionary(static size => size, size => Results(size)), missing);
    }

    private bool IsWanted(string name) => options.Programs.Count == 0 || options.Programs.Contains(name);

    private IReadOnlyList<int> UsableSizes()
    {
        if (options.Memory.Count > 0 && CpuShare.WhyUnavailable() is { } reason)
        {
            progress.Say($"memory sizes are left out: processors cannot be limited here ({reason})");
            return [];
        }

        return options.Memory;
    }

    /// <summary>The programs that work.</summary>
    private List<MeasuredProgram> WarmUp(Measurement measurement, List<MissingProgram> missing)
    {
        List<MeasuredProgram> programs = [];
        foreach (MeasuredProgram program in catalog.Present.Where(program => IsWanted(program.Name)))
        {
            try
            {
                for (int i = 0; i < WarmUps; i++)
                {
                    measurement.Measure(program, options.Conditions);
                }

                programs.Add(program);
            }
            catch (RunFailedException failure)
            {
                progress.Say(failure.Message);
                missing.Add(new MissingProgram(program.Name, failure.Reason));
            }
        }

        WarnIfFilesStay(measurement, programs);
        return programs;
    }

    /// <summary>A file system without a cache of its own to drop, such as one in memory, makes a cold file impossible.</summary>
    private void WarnIfFilesStay(Measurement measurement, List<MeasuredProgram> programs)
    {
        if (!options.Conditions.ColdFile)
        {
            return;
        }

        foreach (MeasuredProgram program in programs)
        {
            IReadOnlyList<string> files = [.. program.Files, .. options.Conditions.ColdLibraries ? measurement.LibrariesOf(program) : []];
            PageCache.Evict(files);
            if (files.FirstOrDefault(static file => PageCache.Resident(file) > 0) is { } stays)
            {
                progress.Say($"{program.Name}: {stays} cannot be evicted from memory, so its starts are not with a cold file");
            }
        }
    }

    /// <summary>One program under one condition.</summary>
    private sealed record Cell(MeasuredProgram Program, int? Megabytes)
    {
        public List<Sample> Samples { get; } = [];

        public List<string> Failures { get; } = [];

        public ProgramResult ToResult() => new(
            Program, Program.Files.Sum(static file => new FileInfo(file).Length), ZipBytes(), Samples, Failures);

        private long ZipBytes()
        {
            using MemoryStream bytes = new();
            using (ZipArchive zip = new(bytes, ZipArchiveMode.Create, leaveOpen: true))
            {
                foreach (string file in Program.Files)
                {
                    zip.CreateEntryFromFile(file, Path.GetRelativePath(Program.Folder, file), CompressionLevel.SmallestSize);
                }
            }

            return bytes.Length;
        }
    }
}
