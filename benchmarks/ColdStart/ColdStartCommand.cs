using System.CommandLine;
using System.Globalization;
using Hashee.Benchmarks.ColdStart.Native;
using Hashee.Benchmarks.ColdStart.Reports;
using Hashee.Emulator.Terminal;
using Spectre.Console;

namespace Hashee.Benchmarks.ColdStart;

/// <summary><c>cold-start</c>: starts real binaries and reports how long they take.</summary>
internal static class ColdStartCommand
{
    private const int DefaultRuns = 40;
    private const int WrongUsage = 2;

    // Wide enough for every table where there is no terminal to ask.
    private const int PlainWidth = 160;

    private const string Description =
        "Measures the cold start of this project's functions beside peers: spawns the real binaries, with a Lambda Runtime API and an SQS over TLS on loopback";

    /// <summary>Measures as asked for on the command line.</summary>
    /// <param name="arguments">From <c>cold-start</c> on.</param>
    /// <returns>0, 1 when nothing could be measured, 2 when the options make no sense.</returns>
    public static int Run(string[] arguments)
    {
        ParseResult parsed = new RootCommand { Create() }.Parse(arguments);
        int result = parsed.Invoke();
        return parsed.Errors.Count > 0 ? WrongUsage : result;
    }

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        Option<int> runs = new("--runs") { Description = "How often each program is started", DefaultValueFactory = static _ => DefaultRuns };
        Option<string[]> programs = List("--programs", "a,b", "Only these, separated by commas");
        Option<bool> coldFile = Flag("--cold-file", "Evict a program's own files from the page cache before each start");
        Option<bool> coldLibraries = Flag("--cold-libraries", "Evict every library that a program maps as well (for root, who may make mount namespaces)");
        Option<bool> oneCore = Flag("--one-core", "Bind each program to one processor");
        Option<string[]> memory = List(
            "--memory", "128,512", "Also measure with the share of a processor that Lambda gives these memory sizes, in MB, after INIT");
        Option<bool> noEarlyConnection = Flag("--no-early-connection", "Switch connections before the first GET /next off, where a program can");
        Option<FileInfo> json = new("--json") { Description = "Also write every single measurement to this file", HelpName = "file" };
        Option<DirectoryInfo> results = new("--results")
        {
            Description = "Where the tables and charts go [default: artifacts/results]",
            HelpName = "folder",
        };
        Option<bool> publish = Flag("--publish", "Put them where they are committed: benchmarks/results/<processor>");
        Option<bool> check = new("--check") { Description = "Only find out whether these options make sense", Hidden = true };

        runs.Validators.Add(static result =>
        {
            // What is no number at all is refused by the parser itself.
            if (result.Tokens is [{ Value: string text }]
                && int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int count)
                && count < 1)
            {
                result.AddError("--runs must be at least 1");
            }
        });
        memory.Validators.Add(static result =>
        {
            if (Split(result.GetValueOrDefault<string[]>()).FirstOrDefault(static size => ParseMemory(size) is null) is { } wrong)
            {
                result.AddError($"--memory takes sizes from 128 to 10240 MB, not '{wrong}'");
            }
        });

        programs.Validators.Add(static result =>
        {
            if (Split(result.GetValueOrDefault<string[]>()).FirstOrDefault(static name => !ProgramCatalog.Names.Contains(name)) is { } wrong)
            {
                result.AddError($"there is no program '{wrong}'; there are {string.Join(", ", ProgramCatalog.Names)}");
            }
        });

        Command command = new("cold-start", Description)
        {
            runs, programs, coldFile, coldLibraries, oneCore, memory, noEarlyConnection, json, results, publish, check,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(publish) && result.GetResult(results) is not null)
            {
                result.AddError("--publish and --results both say where the results go: give one of them");
            }

            if (result.GetValue(coldLibraries) && result.GetResult(memory) is not null)
            {
                result.AddError("--cold-libraries and --memory cannot go together: the shell that enters the control group would load the libraries");
            }
        });
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(check))
            {
                return 0;
            }

            ColdStartOptions options = new()
            {
                Runs = parsed.GetValue(runs),
                Programs = Split(parsed.GetValue(programs)),
                Conditions = new Conditions
                {
                    ColdFile = parsed.GetValue(coldFile) || parsed.GetValue(coldLibraries),
                    ColdLibraries = parsed.GetValue(coldLibraries),
                    OneCore = parsed.GetValue(oneCore),
                    NoEarlyConnection = parsed.GetValue(noEarlyConnection),
                },
                Memory = [.. Split(parsed.GetValue(memory)).Select(static size => ParseMemory(size)!.Value).Distinct().Order()],
            };
            return Execute(options, parsed.GetValue(json), parsed.GetValue(results), parsed.GetValue(publish));
        });
        return command;
    }

    private static int Execute(ColdStartOptions options, FileInfo? json, DirectoryInfo? results, bool publish)
    {
        IAnsiConsole console = AnsiConsole.Console;
        if (Console.IsOutputRedirected)
        {
            console = Consoles.CreatePlain(Console.Out);
            console.Profile.Width = PlainWidth;
        }

        try
        {
            string root = Repository.FindRoot();
            ProgramCatalog catalog = ProgramCatalog.Find(Path.Combine(root, "artifacts"));
            if (options.Conditions.ColdLibraries && OwnLibraries.WhyUnavailable() is { } reason)
            {
                return Fail($"libraries cannot be evicted here: {reason}");
            }

            PriceTable prices = PriceTable.Load();
            Report report = new Session(options, catalog, new TerminalProgress(console)).Run();
            if (report.Programs.Count == 0)
            {
                return Fail("no program could be measured");
            }

            TerminalReport.Write(console, report, prices);
            string folder = results?.FullName ?? Repository.ResultsFolder(publish, report.Machine.FolderName);
            foreach (string file in ReportFiles.Write(folder, report, prices))
            {
                console.WriteLine(Path.GetRelativePath(Environment.CurrentDirectory, file));
            }

            if (json is not null)
            {
                using FileStream to = json.Create();
                JsonReport.Write(to, report);
            }

            return 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Fail(exception.Message);
        }
    }

    private static int Fail(string reason)
    {
        Console.Error.WriteLine($"cold-start: {reason}");
        return 1;
    }

    private static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    private static Option<string[]> List(string name, string example, string description) => new(name) { Description = description, HelpName = example };

    private static string[] Split(string[]? values) =>
        [.. (values ?? []).SelectMany(static value => value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];

    private static int? ParseMemory(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int megabytes) && megabytes is >= 128 and <= 10240 ? megabytes : null;
}
