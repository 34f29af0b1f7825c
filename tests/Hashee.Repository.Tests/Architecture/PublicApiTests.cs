using System.Reflection;
using PublicApiGenerator;

namespace Hashee.Repository.Tests.Architecture;

/// <summary>
/// What the libraries show to those who use them, as it was last agreed on: PublicApi/*.txt beside this file. After a change that is meant:
/// <c>cp artifacts/public-api/*.txt tests/Hashee.Repository.Tests/Architecture/PublicApi/</c>.
/// </summary>
public sealed class PublicApiTests
{
    private const string Folder = "tests/Hashee.Repository.Tests/Architecture/PublicApi";

    private static readonly ApiGeneratorOptions Options = new() { IncludeAssemblyAttributes = false };

    public static TheoryData<string> Libraries { get; } = ["Hashee.Agents", "Hashee.Aws", "Hashee.Host", "Hashee.Lambda", "Hashee.Protocol"];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void What_a_library_shows_is_what_was_agreed_on(string library)
    {
        string shown = Assembly.Load(library).GeneratePublicApi(Options).ReplaceLineEndings("\n") + "\n";
        Directory.CreateDirectory(Repository.PathOf("artifacts/public-api"));
        File.WriteAllText(Repository.PathOf($"artifacts/public-api/{library}.txt"), shown);
        string path = $"{Folder}/{library}.txt";
        string agreed = Repository.Exists(path) ? Repository.Read(path) : "";

        Assert.True(agreed == shown, $"""
            {library} shows something else than {path} says. It no longer shows:
            {LinesOnlyIn(agreed, shown)}
            It shows now:
            {LinesOnlyIn(shown, agreed)}
            If that is meant: cp artifacts/public-api/*.txt {Folder}/
            """);
    }

    [Fact]
    public void Every_text_is_that_of_a_library() => Assert.Equal(
        Libraries.Select(static row => row.Data + ".txt").Order(StringComparer.Ordinal),
        Directory.EnumerateFiles(Repository.PathOf(Folder)).Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal));

    private static string LinesOnlyIn(string text, string other) => string.Join('\n', text.Split('\n').Except(other.Split('\n')));
}
