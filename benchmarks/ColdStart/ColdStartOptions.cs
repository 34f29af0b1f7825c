namespace Hashee.Benchmarks.ColdStart;

/// <summary>What to measure, as asked for on the command line.</summary>
internal sealed record ColdStartOptions
{
    /// <summary>Starts of each program.</summary>
    public required int Runs { get; init; }

    /// <summary>Names of programs; empty for all.</summary>
    public required IReadOnlyList<string> Programs { get; init; }

    /// <summary>How to start them.</summary>
    public required Conditions Conditions { get; init; }

    /// <summary>Memory sizes to measure as well, megabytes.</summary>
    public required IReadOnlyList<int> Memory { get; init; }
}
