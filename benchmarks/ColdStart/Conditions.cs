namespace Hashee.Benchmarks.ColdStart;

/// <summary>Under which conditions programs are started.</summary>
internal sealed record Conditions
{
    /// <summary>The processor that <see cref="OneCore"/> binds to; the measurement stays off it.</summary>
    public const int Core = 0;

    /// <summary>Evict the program's own files from the page cache before each start.</summary>
    public bool ColdFile { get; init; }

    /// <summary>Bind the program to one processor.</summary>
    public bool OneCore { get; init; }

    /// <summary>Switch the webhook's early connection to SQS off.</summary>
    public bool NoEarlyConnection { get; init; }

    /// <summary>Give programs that read the system's root certificates only those that AWS's endpoints chain to.</summary>
    public bool FewRoots { get; init; }

    /// <summary>After INIT, the share of a processor that comes with so much memory; null for no limit.</summary>
    public int? Megabytes { get; init; }
}
