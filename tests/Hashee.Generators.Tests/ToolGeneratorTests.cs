using System.Collections.Immutable;
using Hashee.Agents;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.Extensions.AI;

namespace Hashee.Generators.Tests;

/// <summary>The generator run by hand.</summary>
public sealed class ToolGeneratorTests
{
    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(static path => MetadataReference.CreateFromFile(path)),
        MetadataReference.CreateFromFile(typeof(ToolAttribute).Assembly.Location),
        MetadataReference.CreateFromFile(typeof(AIFunction).Assembly.Location),
    ];

    [Theory]
    [InlineData("HASHEE101", "public static class T { [Tool] public static string F<X>(X x) => \"\"; }")]
    [InlineData("HASHEE101", "public static class T<X> { [Tool] public static string F() => \"\"; }")]
    [InlineData("HASHEE102", "public static class T { [Tool] public static string F(ref int x) => \"\"; }")]
    [InlineData("HASHEE102", "public static class T { [Tool] public static string F(out int x) { x = 1; return \"\"; } }")]
    [InlineData("HASHEE102", "public static class T { [Tool] public static string F(ReadOnlySpan<char> x) => \"\"; }")]
    [InlineData("HASHEE103", "public sealed record Order(string Thing); public static class T { [Tool] public static string F(Order x) => \"\"; }")]
    [InlineData("HASHEE103", "public static class T { [Tool] public static string F(Dictionary<string, string> x) => \"\"; }")]
    [InlineData("HASHEE103", "public static class T { [Tool] public static string F(object x) => \"\"; }")]
    [InlineData("HASHEE104", "public static class T { [Tool] public static object F() => \"\"; }")]
    [InlineData("HASHEE104", "public static class T { [Tool] public static async Task<int[]> F() => [1]; }")]
    [InlineData("HASHEE104", "public static class T { [Tool] public static IAsyncEnumerable<int> F() => null!; }")]
    [InlineData("HASHEE105", "public static class T { [Tool(\"a b\")] public static string F() => \"\"; }")]
    [InlineData("HASHEE105", "public static class T { [Tool(\"\")] public static string F() => \"\"; }")]
    [InlineData("HASHEE105", "public static class T { [Tool] public static string Größe() => \"\"; }")]
    [InlineData("HASHEE106", "public static class T { [Tool] public static string F() => \"\"; [Tool] public static string F(int x) => \"\"; }")]
    [InlineData("HASHEE106", "public static class T { [Tool] public static string F() => \"\"; [Tool] public static Task<string> FAsync() => null!; }")]
    [InlineData("HASHEE107", "public static class T { [Tool] private static string F() => \"\"; }")]
    [InlineData("HASHEE107", "public static class O { private static class T { [Tool] public static string F() => \"\"; } }")]
    [InlineData("HASHEE108", "public static class T { [Tool(Json = typeof(string))] public static string F() => \"\"; }")]
    public void What_cannot_be_a_tool_is_an_error_that_says_why(string id, string source)
    {
        (ImmutableArray<Diagnostic> problems, Compilation compilation) = Run(source);

        Diagnostic problem = Assert.Single(problems);
        Assert.Equal((id, DiagnosticSeverity.Error), (problem.Id, problem.Severity));
        Assert.Equal(source.Contains("[Tool", StringComparison.Ordinal), problem.Location.GetLineSpan().IsValid);
        Assert.DoesNotContain(compilation.GetDiagnostics(Cancellation), static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
    }

    [Theory]
    [InlineData("public class T { [Tool] public string F(string @class, int @event = 1) => \"\"; [Tool] internal void G() { } }")]
    [InlineData("namespace A.B { public class O { internal class T { [Tool] public ValueTask F() => default; [Tool(\"x-1\")] public static Uri? G() => null; } } }")]
    [InlineData("public enum E : byte { @new, B } public static class T { [Tool] public static E? F(E[] a, List<E?> b, E c = E.B, E? d = null) => null; }")]
    [InlineData("public static class WeatherTools { [Tool] public static char F(params string[] all) => 'x'; }")]
    [InlineData("public static class T { [Tool] public static int F(double a = double.NaN, float b = float.MaxValue, decimal c = decimal.MinValue, string d = \"\\\"\\u0000\\ud83d\\ude00\") => 1; }")]
    [InlineData("#nullable disable\npublic static class T { [Tool] public static string F(string a, string b = null) => a; }")]
    public void What_can_be_one_compiles_without_a_warning(string source)
    {
        (ImmutableArray<Diagnostic> problems, Compilation compilation) = Run(source);

        Assert.Empty(problems);
        Assert.Empty(compilation.GetDiagnostics(Cancellation).Where(static diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning));
    }

    [Fact]
    public void A_change_elsewhere_makes_nothing_anew()
    {
        CSharpCompilation compilation = Compile("public static class T { [Tool] public static string F(int x) => \"\"; }");
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [new ToolGenerator().AsSourceGenerator()],
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true),
            parseOptions: Parsing);
        driver = driver.RunGenerators(compilation, Cancellation);

        SyntaxTree other = CSharpSyntaxTree.ParseText("public class Other;", Parsing, cancellationToken: Cancellation);
        driver = driver.RunGenerators(compilation.AddSyntaxTrees(other), Cancellation);

        GeneratorRunResult result = Assert.Single(driver.GetRunResult().Results);
        Assert.All(
            result.TrackedSteps[ToolGenerator.MethodsStep].SelectMany(static step => step.Outputs),
            static output => Assert.True(output.Reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged));
        Assert.All(
            result.TrackedOutputSteps.SelectMany(static steps => steps.Value).SelectMany(static step => step.Outputs),
            static output => Assert.Equal(IncrementalStepRunReason.Cached, output.Reason));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static CSharpParseOptions Parsing { get; } = new(LanguageVersion.Preview);

    private static (ImmutableArray<Diagnostic> Problems, Compilation Compilation) Run(string source)
    {
        CSharpGeneratorDriver.Create([new ToolGenerator().AsSourceGenerator()], parseOptions: Parsing)
            .RunGeneratorsAndUpdateCompilation(Compile(source), out Compilation compilation, out ImmutableArray<Diagnostic> problems, Cancellation);
        return (problems, compilation);
    }

    private static CSharpCompilation Compile(string source) => CSharpCompilation.Create(
        "Tools",
        [
            CSharpSyntaxTree.ParseText(source, Parsing, "Tools.cs", cancellationToken: Cancellation),
            CSharpSyntaxTree.ParseText(
                "global using System; global using System.Collections.Generic; global using System.Threading.Tasks; global using Hashee.Agents;",
                Parsing,
                cancellationToken: Cancellation),
        ],
        References,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
}
