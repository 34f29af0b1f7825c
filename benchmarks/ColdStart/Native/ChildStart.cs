namespace Hashee.Benchmarks.ColdStart.Native;

/// <summary>How to start a measured process.</summary>
/// <param name="Executable">An absolute path.</param>
/// <param name="Arguments">Without the program's own name.</param>
/// <param name="WorkingDirectory">An absolute path.</param>
/// <param name="Environment">All of the child's environment.</param>
/// <param name="OutputPath">The file that gets its output, emptied first.</param>
/// <param name="Processor">The one processor it may run on, or null for all.</param>
internal sealed record ChildStart(
    string Executable,
    IReadOnlyList<string> Arguments,
    string WorkingDirectory,
    IReadOnlyDictionary<string, string> Environment,
    string OutputPath,
    int? Processor);
