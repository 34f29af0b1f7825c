using System.Text.RegularExpressions;

namespace Hashee.Repository.Tests.Building;

/// <summary>The order of usings, the one thing of .editorconfig that neither the compiler nor `dotnet format whitespace` looks at.</summary>
public sealed partial class UsingTests
{
    [Fact]
    public void The_usings_of_a_file_are_in_order_those_of_System_first() => Assert.All(
        Repository.SourceFiles("src").Where(static path => !path.Contains("/src/Agent/", StringComparison.Ordinal))
            .Concat(Repository.SourceFiles("tests"))
            .Concat(Repository.SourceFiles("benchmarks")),
        static path =>
        {
            string[] usings = UsingsOf(File.ReadAllText(path));
            Assert.True(usings.SequenceEqual(InOrder(usings)), $"{path}: the usings have to be\n{string.Join('\n', InOrder(usings))}");
        });

    [Fact]
    public void Names_come_before_static_members_and_aliases_come_last() => Assert.Equal(
        ["using System;", "using System.Text;", "using Hashee.Protocol;", "using Xunit;", "using static System.Math;", "using A = System.Int32;"],
        InOrder(UsingsOf("""
            // about this file
            using A = System.Int32;
            using static System.Math;
            using Hashee.Protocol;
            using System.Text;
            using Xunit;
            using System;

            namespace Hashee;
            """)));

    /// <summary>The directives; a statement that begins with the same word declares a variable of a type.</summary>
    private static string[] UsingsOf(string text) => [.. Directive().Matches(text).Select(static match => match.Value)];

    [GeneratedRegex(@"^using (static )?([\w.]+|\w+ = [^;]+);$", RegexOptions.Multiline)]
    private static partial Regex Directive();

    private static IEnumerable<string> InOrder(IEnumerable<string> usings) => usings
        .OrderBy(static line => line.Contains('=', StringComparison.Ordinal) ? 2 : line.StartsWith("using static ", StringComparison.Ordinal) ? 1 : 0)
        .ThenBy(static line => !line.Contains(" System", StringComparison.Ordinal) || line.Contains('=', StringComparison.Ordinal))
        .ThenBy(static line => line.TrimEnd(';'), StringComparer.OrdinalIgnoreCase);
}
