namespace Hashee.Benchmarks.ColdStart;

/// <summary>The checkout that this program belongs to.</summary>
internal static class Repository
{
    private const string Solution = "Hashee.Aot.sln";

    /// <summary>The folder of the solution, at or above the current folder, else above this program.</summary>
    /// <exception cref="DirectoryNotFoundException">There is none.</exception>
    public static string FindRoot() =>
        FindAbove(Environment.CurrentDirectory) ?? FindAbove(AppContext.BaseDirectory)
        ?? throw new DirectoryNotFoundException($"run this inside the repository: there is no {Solution} at or above {Environment.CurrentDirectory}");

    private static string? FindAbove(string folder)
    {
        for (DirectoryInfo? at = new(folder); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, Solution)))
            {
                return at.FullName;
            }
        }

        return null;
    }
}
