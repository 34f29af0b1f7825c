namespace Hashee.Benchmarks.ColdStart.Native;

/// <summary>The files that a process has mapped into its memory: its executable, shared objects, managed assemblies.</summary>
internal static class MappedFiles
{
    private const int PathField = 5;

    /// <summary>Reads a living process.</summary>
    /// <returns>Absolute paths, each once, in alphabetical order.</returns>
    /// <exception cref="IOException">There is no such process.</exception>
    public static IReadOnlyList<string> Of(int pid) => [.. Parse(File.ReadLines($"/proc/{pid}/maps")).Where(File.Exists)];

    /// <summary>The files in the lines of <c>/proc/PID/maps</c>; devices, shared memory and what has been deleted are none.</summary>
    internal static IEnumerable<string> Parse(IEnumerable<string> lines) => lines
        .Select(static line => line.Split(' ', PathField + 1, StringSplitOptions.RemoveEmptyEntries))
        .Where(static fields => fields.Length > PathField)
        .Select(static fields => fields[PathField])
        .Where(static path => path.StartsWith('/') && !path.StartsWith("/dev/", StringComparison.Ordinal)
            && !path.StartsWith("/memfd:", StringComparison.Ordinal) && !path.EndsWith(" (deleted)", StringComparison.Ordinal))
        .Distinct()
        .Order(StringComparer.Ordinal);
}
