using System.Text.RegularExpressions;

namespace Hashee.Repository.Tests.Architecture;

/// <summary>One C# file of a project: the types that it declares and the names that its code uses.</summary>
/// <param name="Path">Relative to the project's folder.</param>
/// <param name="Code">Its text without comments and literals.</param>
internal sealed partial record SourceFile(string Path, string Code)
{
    /// <summary>The folder it lies in; a file of top-level statements stands for itself, since nobody can know it.</summary>
    public string Folder => Declared.Count == 0 ? Path : System.IO.Path.GetDirectoryName(Path) is { Length: > 0 } folder ? folder : ".";

    /// <summary>The names of its types, nested ones left out.</summary>
    public IReadOnlySet<string> Declared { get; } = Names(Declaration(), Code);

    /// <summary>The names that may be those of types: neither behind a dot nor in front of an equals sign.</summary>
    public IReadOnlySet<string> Used { get; } = Names(Name(), Code);

    /// <summary>The namespaces of this repository that it opens or names.</summary>
    public IReadOnlySet<string> Namespaces { get; } = Names(Namespace(), Code);

    /// <summary>The C# files of a project, without what the compiler generated.</summary>
    public static IReadOnlyList<SourceFile> AllOf(string project) =>
    [
        .. Directory.EnumerateFiles(Repository.PathOf(project), "*.cs", SearchOption.AllDirectories)
            .Select(path => System.IO.Path.GetRelativePath(Repository.PathOf(project), path))
            .Where(static path => path.Split('/')[0] is not ("obj" or "bin"))
            .Order(StringComparer.Ordinal)
            .Select(path => Parse(path, Repository.Read($"{project}/{path}"))),
    ];

    public static SourceFile Parse(string path, string text) => new(path, CommentOrLiteral().Replace(text, static match =>
        match.Value.StartsWith('$') ? $" {string.Join(' ', Hole().Matches(match.Value))} " : " "));

    private static HashSet<string> Names(Regex pattern, string code) => [.. pattern.Matches(code).Select(static match => match.Groups[1].Value)];

    [GeneratedRegex("""
        ^(?:(?:public|internal|file|static|sealed|abstract|readonly|ref|unsafe|partial)\s+)*
        (?:class|struct|interface|enum|record(?:\s+(?:class|struct))?|delegate\s+\S+)\s+(\w+)
        """, RegexOptions.Multiline | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"(?<![\w.])([A-Z]\w*)\b(?!\s*=(?!=))")]
    private static partial Regex Name();

    [GeneratedRegex(@"(?<![\w.])(Hashee\.\w+)")]
    private static partial Regex Namespace();

    [GeneratedRegex("""
        //[^\n]* | /\*.*?\*/ | \$*(?<quotes>"{3,}).*?\k<quotes> | \$?@\$?"(?:[^"]|"")*" | \$?"(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)+'
        """, RegexOptions.Singleline | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex CommentOrLiteral();

    /// <summary>What an interpolated text computes.</summary>
    [GeneratedRegex(@"(?<={)[^{}]*(?=})")]
    private static partial Regex Hole();
}
