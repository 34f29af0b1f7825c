using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;

namespace Hashee.Generators;

/// <summary>
/// Writes an <c>AIFunction</c> for each method with <c>[Tool]</c>: its schema as a text, its arguments read one by one, its result handed on. For each
/// type with such methods there is one file, with one class, whose <c>Create</c> makes them all.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class ToolGenerator : IIncrementalGenerator
{
    internal const string Attribute = "Hashee.Agents.ToolAttribute";
    internal const string MethodsStep = "ToolMethods";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<ToolMethod> methods = context.SyntaxProvider
            .ForAttributeWithMetadataName(Attribute, static (_, _) => true, Read)
            .WithTrackingName(MethodsStep);
        context.RegisterSourceOutput(methods.Collect(), Write);
    }

    private static ToolMethod Read(GeneratorAttributeSyntaxContext context, CancellationToken cancellationToken) =>
        new ToolReader((IMethodSymbol)context.TargetSymbol, context.Attributes[0], context.TargetNode.GetLocation()).Read();

    private static void Write(SourceProductionContext context, ImmutableArray<ToolMethod> methods)
    {
        foreach (IGrouping<(string, string, string), ToolMethod> type in methods.GroupBy(static method => (method.Namespace, method.Class, method.Type)))
        {
            foreach (ToolMethod method in type)
            {
                foreach (ToolProblem problem in method.Problems)
                {
                    context.ReportDiagnostic(problem.ToDiagnostic());
                }
            }

            ToolMethod[] usable = [.. type.Where(static method => method.Problems.Count == 0)];
            foreach (IGrouping<string, ToolMethod> same in usable.GroupBy(static method => method.Name).Where(static same => same.Count() > 1))
            {
                context.ReportDiagnostic(ToolProblem.SameName(same.Last(), same.Key).ToDiagnostic());
            }

            usable = [.. usable.GroupBy(static method => method.Name).Select(static same => same.First())];
            string hint = $"{(type.Key.Item1.Length == 0 ? "" : type.Key.Item1 + ".")}{type.Key.Item2}.g.cs";
            context.AddSource(hint, ToolWriter.Write(type.First(), usable));
        }
    }
}
