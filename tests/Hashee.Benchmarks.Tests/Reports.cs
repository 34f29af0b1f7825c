using Hashee.Benchmarks.ColdStart;
using Hashee.Benchmarks.ColdStart.Native;
using Hashee.Benchmarks.ColdStart.Reports;

namespace Hashee.Benchmarks.Tests;

/// <summary>Made-up reports.</summary>
internal static class Reports
{
    public static PriceTable Prices { get; } = PriceTable.Load();

    /// <summary>A webhook, the floor and a peer whose title needs escaping, twice each.</summary>
    public static Report Sample(bool bySize = false) => new(
        new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        "commit 0123456789",
        new Machine("AMD <EPYC> & Co", 2, "x86_64", "Debian, Linux 6.1", "net10.0, SDK 10.0.401, OpenSSL 3.0.20", 142),
        2,
        new Conditions { ColdFile = true },
        Programs(1),
        bySize
            ? new Dictionary<int, IReadOnlyList<ProgramResult>> { [512] = Programs(2), [128] = Programs(8) }
            : new Dictionary<int, IReadOnlyList<ProgramResult>>(),
        [new MissingProgram("go", "no Go (package golang-go)")]);

    public static Sample Run(double next, double? wire) => new(
        next, wire, next + 3, 3, [0.25, 0.75], wire is < 100, new ProcessCounters(1.5, 200, 2048), new ProcessCounters(4.5, 300, 4096));

    /// <summary>A result of two runs.</summary>
    public static ProgramResult Program(string name, string title, TaskKind task, Trust trust, double next, double? wire) => new(
        new MeasuredProgram(name, title, "v1", task, trust, "/bootstrap", [], "/"), 1_500_000, 700_000, [Run(next, wire), Run(next + 2, wire + 2)], []);

    private static ProgramResult[] Programs(double factor) =>
    [
        Program("webhook", "this project's webhook", TaskKind.Webhook, Trust.BuiltIn, factor * 4, factor * 6),
        Program("bare-aot", "the floor", TaskKind.Loop, Trust.None, factor * 2, null),
        Program("node", "Node | <AWS> & \"SDK\"", TaskKind.Webhook, Trust.Node, factor * 100, factor * 150),
    ];
}
