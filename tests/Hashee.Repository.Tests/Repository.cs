using System.Reflection;

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

    /// <summary>The C# sources below a folder, without what the compiler generated, as one text.</summary>
    public static string ReadSources(string folder) => string.Join('\n', Directory
        .EnumerateFiles(PathOf(folder), "*.cs", SearchOption.AllDirectories)
        .Where(static path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
        .Select(File.ReadAllText));
}
