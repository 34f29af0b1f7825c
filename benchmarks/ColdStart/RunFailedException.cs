namespace Hashee.Benchmarks.ColdStart;

/// <summary>A program did not do in a run what it has to do. The message says which and why, and what it wrote last.</summary>
/// <param name="program">Its name.</param>
/// <param name="reason">What went wrong.</param>
/// <param name="output">What it wrote to stdout and stderr.</param>
internal sealed class RunFailedException(string program, string reason, string output) : Exception($"{program}: {reason}{Tail(output)}")
{
    private const int Lines = 5;

    /// <summary>What went wrong, in one line.</summary>
    public string Reason => reason.ReplaceLineEndings(" ");

    private static string Tail(string output)
    {
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines is [] ? "" : "\n  " + string.Join("\n  ", lines.TakeLast(Lines));
    }
}
