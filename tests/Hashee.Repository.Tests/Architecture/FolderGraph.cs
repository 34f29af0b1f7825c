namespace Hashee.Repository.Tests.Architecture;

/// <summary>Which folder of a project knows which: one whose files name a type that another one declares.</summary>
internal sealed class FolderGraph
{
    private readonly ILookup<string, Step> _steps;

    public FolderGraph(IReadOnlyList<SourceFile> files)
    {
        ILookup<string, string> folders = files
            .SelectMany(static file => file.Declared.Select(name => (Name: name, file.Folder)))
            .ToLookup(static type => type.Name, static type => type.Folder, StringComparer.Ordinal);
        _steps = files
            .SelectMany(file => file.Used.Where(name => !folders[name].Contains(file.Folder)).SelectMany(name =>
                folders[name].Distinct().Select(folder => new Step(file.Folder, folder, $"{file.Path} names {name}"))))
            .ToLookup(static step => step.From, StringComparer.Ordinal);
    }

    /// <summary>The steps that belong to a circle, each with a reason; none where folders know each other in one direction.</summary>
    public IReadOnlyList<string> Circles() =>
    [
        .. _steps.SelectMany(static steps => steps)
            .Where(step => Reach(step.To).Contains(step.From))
            .GroupBy(static step => (step.From, step.To))
            .Select(static steps => $"{steps.Key.From} → {steps.Key.To}: {string.Join(", ", steps.Select(static step => step.Reason))}")
            .Order(StringComparer.Ordinal),
    ];

    private HashSet<string> Reach(string folder)
    {
        HashSet<string> reached = [];
        Stack<string> open = new([folder]);
        while (open.TryPop(out string? next))
        {
            foreach (string other in _steps[next].Select(static step => step.To).Where(reached.Add))
            {
                open.Push(other);
            }
        }

        return reached;
    }

    private sealed record Step(string From, string To, string Reason);
}
