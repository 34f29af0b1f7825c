using System.Reflection;
using System.Xml.Linq;

namespace Hashee.Repository.Tests;

/// <summary>The files of the checkout that these tests were compiled in.</summary>
internal static class Repository
{
    private static readonly string Root = Path.GetFullPath(typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(static attribute => attribute.Key == "RepositoryRoot").Value!);

    /// <summary>The documents for users: README.md, which may be missing, and docs/*.md.</summary>
    public static IEnumerable<string> Documents =>
    [
        "README.md",
        .. Directory.EnumerateFiles(PathOf("docs"), "*.md").Select(static path => Path.GetRelativePath(Root, path)).Order(StringComparer.Ordinal),
    ];

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    public static bool Exists(string relative) => Path.Exists(PathOf(relative));

    public static string Read(string relative)
    {
        Assert.True(File.Exists(PathOf(relative)), $"{relative} is missing.");
        return File.ReadAllText(PathOf(relative));
    }

    /// <summary>The C# sources of a project and of all that it refers to, as one text.</summary>
    public static string ReadProgram(string project) => string.Join('\n', Closure(project).Select(ReadSources));

    /// <summary>A project's folder and those of the projects that it refers to, near and far.</summary>
    public static IEnumerable<string> Closure(string project)
    {
        List<string> folders = [project];
        for (int i = 0; i < folders.Count; i++)
        {
            foreach (string folder in References(folders[i]).Where(folder => !folders.Contains(folder)))
            {
                folders.Add(folder);
            }
        }

        return folders;
    }

    /// <summary>The folders of the projects that a project names in its own file.</summary>
    public static IEnumerable<string> References(string project) => XDocument
        .Load(PathOf($"{project}/{Path.GetFileName(project)}.csproj"))
        .Descendants("ProjectReference")
        .Select(reference => Path.GetDirectoryName(Path.GetFullPath(PathOf($"{project}/{reference.Attribute("Include")!.Value}")))!)
        .Select(static folder => Path.GetRelativePath(Root, folder));

    /// <summary>The C# sources below a folder, without what the compiler generated, as one text.</summary>
    public static string ReadSources(string folder) => string.Join('\n', SourceFiles(folder).Select(File.ReadAllText));

    /// <summary>The paths of the C# sources below a folder, without what the compiler generated.</summary>
    public static IEnumerable<string> SourceFiles(string folder) => Directory
        .EnumerateFiles(PathOf(folder), "*.cs", SearchOption.AllDirectories)
        .Where(static path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal));
}
