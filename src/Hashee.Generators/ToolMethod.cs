namespace Hashee.Generators;

/// <summary>A method with <c>[Tool]</c>, as texts: two that are equal make the same source.</summary>
/// <param name="Namespace">Of the type; empty for none.</param>
/// <param name="Class">The name of the class that is written for the type.</param>
/// <param name="Type">The type, fully qualified.</param>
/// <param name="IsPublic">Whether others than its assembly see the type.</param>
/// <param name="Name">The tool's name.</param>
/// <param name="Body">The members of its <c>AIFunction</c>.</param>
/// <param name="IsStatic">Whether it needs no instance.</param>
/// <param name="Place">Where it stands.</param>
/// <param name="Problems">Why it cannot be a tool.</param>
internal sealed record ToolMethod(
    string Namespace, string Class, string Type, bool IsPublic, string Name, string Body, bool IsStatic, ToolPlace Place, EquatableList<ToolProblem> Problems);
