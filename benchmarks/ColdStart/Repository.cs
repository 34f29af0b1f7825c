using System.ComponentModel;
using System.Diagnostics;

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

    /// <summary>Where the results of a measurement go: to what is built, or to what is committed.</summary>
    /// <param name="publish">Whether they are to be committed.</param>
    /// <param name="machine">Where they are from.</param>
    public static string ResultsFolder(bool publish, string machine) =>
        Path.Combine([FindRoot(), .. publish ? (string[])["benchmarks", "results", machine] : ["artifacts", "results"]]);

    /// <summary>What is measured, for a report's head: <c>commit 0123456789</c>, and whether files differ from it.</summary>
    /// <param name="root">A folder of a checkout.</param>
    public static string Commit(string root)
    {
        if (Ask(root, "git", "rev-parse", "--short=10", "HEAD") is not { Length: > 0 } commit)
        {
            return "no commit";
        }

        // Published results do not make the next measurement one of something else.
        string? changes = Ask(root, "git", "status", "--porcelain", "--", ".", ":!benchmarks/results");
        return $"commit {commit}{(changes is "" ? "" : " with changes")}";
    }

    /// <summary>The first line that a tool prints; empty when it prints none, null when it is not there or fails.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="command">The tool and its arguments.</param>
    public static string? Ask(string folder, params string[] command)
    {
        ProcessStartInfo start = new(command[0], command.AsSpan(1).ToArray())
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["LC_ALL"] = "C", ["DOTNET_NOLOGO"] = "1" },
        };
        try
        {
            using Process process = Process.Start(start)!;
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginErrorReadLine();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output.Split('\n', 2)[0] : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

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
