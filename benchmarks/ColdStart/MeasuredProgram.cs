namespace Hashee.Benchmarks.ColdStart;

/// <summary>A program to measure.</summary>
/// <param name="Name">As in <c>--programs</c>.</param>
/// <param name="Title">What it is, in a few words.</param>
/// <param name="Versions">What it was built with.</param>
/// <param name="Task">What it has to do.</param>
/// <param name="Trust">How it learns which roots to trust.</param>
/// <param name="Executable">An absolute path.</param>
/// <param name="Arguments">After the executable.</param>
/// <param name="Folder">What Lambda would unzip: its files are the program's own.</param>
internal sealed record MeasuredProgram(
    string Name, string Title, string Versions, TaskKind Task, Trust Trust, string Executable, IReadOnlyList<string> Arguments, string Folder)
{
    /// <summary>The files of the package: what is evicted for a cold start and counted as its size.</summary>
    public IReadOnlyList<string> Files =>
        field ??= [.. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}

/// <summary>What a program does with an event. Reports list programs in this order.</summary>
internal enum TaskKind
{
    /// <summary>Verifies a webhook call and puts it on the queue.</summary>
    Webhook,

    /// <summary>Opens a message and replies.</summary>
    Worker,

    /// <summary>Asks a model about a message and answers with what the model said.</summary>
    Model,

    /// <summary>Answers with the same bytes.</summary>
    Loop,
}
