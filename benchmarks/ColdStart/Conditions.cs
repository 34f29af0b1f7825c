namespace Hashee.Benchmarks.ColdStart;

/// <summary>Under which conditions programs are started.</summary>
internal sealed record Conditions
{
    /// <summary>The processor that <see cref="OneCore"/> binds to; the measurement stays off it.</summary>
    public const int Core = 0;

    /// <summary>Evict the program's own files from the page cache before each start.</summary>
    public bool ColdFile { get; init; }

    /// <summary>Evict every other file that the program maps as well: shared libraries, and the runtime that Lambda's image brings.</summary>
    public bool ColdLibraries { get; init; }

    /// <summary>Bind the program to one processor.</summary>
    public bool OneCore { get; init; }

    /// <summary>Switch the connections off that programs make before the first GET /next.</summary>
    public bool NoEarlyConnection { get; init; }

    /// <summary>After INIT, the share of a processor that comes with so much memory; null for no limit.</summary>
    public int? Megabytes { get; init; }
}
